using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Gateway.Connections;

/// <summary>
/// Lets connections in. There are so many places, and so many for each address. While nearly all are taken, idle connections are closed
/// soon; when all are,
/// one more takes the place of the one (of its own address, if that has its share) that has been idle longest. If none is idle it goes into
/// the lane, where health checks are
/// answered and nothing else; there, too, the newest pushes out the oldest, so that connections which wait cannot keep a check out. It
/// knows no HTTP.
/// </summary>
internal sealed class ConnectionLimiter : IDisposable
{
    /// <summary>Connections beside <see cref="GatewayOptions.MaxConnections"/> that wait to be answered a health check.</summary>
    public const int LanePlaces = 64;

    private const double CrowdedShare = 0.8;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LaneTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Younger ones have perhaps not come to send their request.</summary>
    private static readonly TimeSpan ShortestIdle = TimeSpan.FromSeconds(1);
    private static readonly Counter<long> Closed = Telemetry.Meter("Gateway")
        .CreateCounter<long>("streambert.connections.closed", description: "Connections closed to bound their number, by reason");

    private readonly Lock _gate = new();
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, AddressShare> _shares = [];
    private readonly LinkedList<TrackedConnection> _idle = [];
    private readonly LinkedList<TrackedConnection> _lane = [];
    private readonly ITimer _timer;
    private int _admitted;

    public ConnectionLimiter(IOptions<GatewayOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _timer = time.CreateTimer(static gate => ((ConnectionLimiter)gate!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Serves a connection to its end.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var tracked = Enter(connection);
        connection.Features.Set(tracked);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(tracked);
        }
    }

    /// <summary>A connection has come.</summary>
    public TrackedConnection Enter(ConnectionContext connection)
    {
        var entered = new TrackedConnection(connection);
        TrackedConnection? pushedOut;
        lock (_gate)
            pushedOut = Place(entered);
        pushedOut?.Close("Another connection needs the place");
        return entered;
    }

    /// <summary>A request has come in on the connection.</summary>
    public void Begin(TrackedConnection connection)
    {
        lock (_gate)
        {
            if (connection.Requests++ == 0)
                Unlist(connection);
        }
    }

    /// <summary>A request on the connection has been answered.</summary>
    public void End(TrackedConnection connection)
    {
        lock (_gate)
        {
            if (--connection.Requests == 0 && connection.IsOpen)
                List(connection);
        }
    }

    /// <summary>The connection has ended.</summary>
    public void Leave(TrackedConnection connection)
    {
        lock (_gate)
            Release(connection);
    }

    public void Dispose() => _timer.Dispose();

    /// <returns>The connection that must go.</returns>
    private TrackedConnection? Place(TrackedConnection connection)
    {
        var share = _shares.TryGetValue(connection.Address, out var known) ? known : _shares[connection.Address] = new();
        var isShareTaken = share.Admitted >= _options.MaxConnectionsPerAddress;
        var pushedOut = isShareTaken
            ? Oldest(share.Idle, ShortestIdle, "address")
            : _admitted >= _options.MaxConnections ? Oldest(_idle, ShortestIdle, "replaced") : null;
        connection.IsInLane = pushedOut is null && (isShareTaken || _admitted >= _options.MaxConnections);
        if (connection.IsInLane)
        {
            if (_lane.Count >= LanePlaces) pushedOut = Oldest(_lane, TimeSpan.Zero, "lane");
        }
        else
        {
            _admitted++;
            share.Admitted++;
            _shares[connection.Address] = share; // the one pushed out may have been the last of the address
        }
        List(connection);
        return pushedOut;
    }

    /// <summary>Takes the first of a list out, if it has been idle for so long.</summary>
    private TrackedConnection? Oldest(LinkedList<TrackedConnection> list, TimeSpan idleFor, string reason)
    {
        if (list.First?.Value is not { } first || _time.GetElapsedTime(first.IdleSince) < idleFor) return null;
        Release(first);
        Closed.Add(1, new KeyValuePair<string, object?>("reason", reason));
        return first;
    }

    private void List(TrackedConnection connection)
    {
        connection.IdleSince = _time.GetTimestamp();
        (connection.IsInLane ? _lane : _idle).AddLast(connection.Place);
        if (!connection.IsInLane) _shares[connection.Address].Idle.AddLast(connection.PlaceOfAddress);
    }

    private static void Unlist(TrackedConnection connection)
    {
        connection.Place.List?.Remove(connection.Place);
        connection.PlaceOfAddress.List?.Remove(connection.PlaceOfAddress);
    }

    private void Release(TrackedConnection connection)
    {
        if (!connection.IsOpen) return;
        connection.IsOpen = false;
        Unlist(connection);
        if (!connection.IsInLane)
        {
            _admitted--;
            _shares[connection.Address].Admitted--;
        }
        if (_shares.TryGetValue(connection.Address, out var share) && share.Admitted == 0) _shares.Remove(connection.Address);
    }

    private void Sweep()
    {
        var closing = new List<TrackedConnection>();
        lock (_gate)
        {
            while (_admitted >= CrowdedShare * _options.MaxConnections && Oldest(_idle, _options.HighLoadIdleTimeout, "idle") is { } idle)
                closing.Add(idle);
            while (Oldest(_lane, LaneTimeout, "lane") is { } waiting)
                closing.Add(waiting);
        }
        closing.ForEach(static connection => connection.Close("The connection was idle and its place is needed"));
    }

    private sealed class AddressShare
    {
        public int Admitted { get; set; }

        public LinkedList<TrackedConnection> Idle { get; } = [];
    }
}
