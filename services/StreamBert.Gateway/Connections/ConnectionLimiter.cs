using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace StreamBert.Gateway.Connections;

/// <summary>
/// Limits the number of connections, in total and by address. When four fifths of the maximum are open, idle connections time out sooner.
/// At the maximum, a new
/// connection replaces the one that has been idle longest (of its own address, if that has reached its maximum). If none is idle, the new
/// connection is restricted to health checks; a limited number of those may be open, and the newest replaces the oldest, so that waiting
/// connections cannot block a health check. It does not depend on HTTP.
/// </summary>
internal sealed class ConnectionLimiter : IDisposable
{
    /// <summary>The maximum number of connections for health checks, in addition to <see cref="GatewayOptions.MaxConnections"/>.</summary>
    public const int MaxHealthCheckConnections = 64;

    private const double HighLoadRatio = 0.8;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealthCheckTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A younger connection may not have sent its request yet.</summary>
    private static readonly TimeSpan MinIdleTime = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, AddressConnections> _addresses = [];
    private readonly LinkedList<TrackedConnection> _idle = [];
    private readonly LinkedList<TrackedConnection> _healthChecks = [];
    private readonly ITimer _timer;
    private int _admitted;

    public ConnectionLimiter(IOptions<GatewayOptions> options, GatewayMetrics metrics, TimeProvider time)
    {
        (_options, _metrics, _time) = (options.Value, metrics, time);
        _timer = time.CreateTimer(static limiter => ((ConnectionLimiter)limiter!).Sweep(), this, SweepInterval, SweepInterval);
    }

    /// <summary>Runs a connection to its end.</summary>
    public async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var tracked = Add(connection);
        connection.Features.Set(tracked);
        try
        {
            await next(connection);
        }
        finally
        {
            Remove(tracked);
        }
    }

    /// <summary>Adds a new connection and closes the one that it replaces.</summary>
    public TrackedConnection Add(ConnectionContext connection)
    {
        var added = new TrackedConnection(connection);
        TrackedConnection? replaced;
        lock (_lock)
            replaced = Admit(added);
        replaced?.Close("Another connection replaces this one");
        return added;
    }

    /// <summary>Marks the start of a request.</summary>
    public void BeginRequest(TrackedConnection connection)
    {
        lock (_lock)
        {
            if (connection.Requests++ == 0)
                RemoveFromIdle(connection);
        }
    }

    /// <summary>Marks the end of a request.</summary>
    public void EndRequest(TrackedConnection connection)
    {
        lock (_lock)
        {
            if (--connection.Requests == 0 && connection.IsOpen)
                AddToIdle(connection);
        }
    }

    /// <summary>Removes a connection that has ended.</summary>
    public void Remove(TrackedConnection connection)
    {
        lock (_lock)
            Release(connection);
    }

    public void Dispose() => _timer.Dispose();

    /// <returns>The connection to close.</returns>
    private TrackedConnection? Admit(TrackedConnection connection)
    {
        var address = _addresses.TryGetValue(connection.Address, out var known) ? known : _addresses[connection.Address] = new();
        var isAddressFull = address.Admitted >= _options.MaxConnectionsPerAddress;
        var isFull = _admitted >= _options.MaxConnections;
        var replaced = isAddressFull ? TakeOldest(address.Idle, MinIdleTime, "address")
            : isFull ? TakeOldest(_idle, MinIdleTime, "replaced") : null;
        connection.IsHealthCheckOnly = replaced is null && (isAddressFull || isFull);
        if (connection.IsHealthCheckOnly)
        {
            if (_healthChecks.Count >= MaxHealthCheckConnections)
                replaced = TakeOldest(_healthChecks, TimeSpan.Zero, "health_check");
        }
        else
        {
            _admitted++;
            address.Admitted++;
            _addresses[connection.Address] = address; // The replaced connection may have been the last one of the address.
        }
        AddToIdle(connection);
        return replaced;
    }

    /// <summary>Removes the first connection of a list, if it has been idle for the given time.</summary>
    private TrackedConnection? TakeOldest(LinkedList<TrackedConnection> list, TimeSpan idleTime, string reason)
    {
        if (list.First?.Value is not { } oldest || _time.GetElapsedTime(oldest.IdleSince) < idleTime)
            return null;
        Release(oldest);
        _metrics.RecordClosedConnection(reason);
        return oldest;
    }

    private void AddToIdle(TrackedConnection connection)
    {
        connection.IdleSince = _time.GetTimestamp();
        (connection.IsHealthCheckOnly ? _healthChecks : _idle).AddLast(connection.Node);
        if (!connection.IsHealthCheckOnly)
            _addresses[connection.Address].Idle.AddLast(connection.AddressNode);
    }

    private static void RemoveFromIdle(TrackedConnection connection)
    {
        connection.Node.List?.Remove(connection.Node);
        connection.AddressNode.List?.Remove(connection.AddressNode);
    }

    private void Release(TrackedConnection connection)
    {
        if (!connection.IsOpen)
            return;
        connection.IsOpen = false;
        RemoveFromIdle(connection);
        if (!connection.IsHealthCheckOnly)
        {
            _admitted--;
            _addresses[connection.Address].Admitted--;
        }
        if (_addresses.TryGetValue(connection.Address, out var address) && address.Admitted == 0)
            _addresses.Remove(connection.Address);
    }

    private void Sweep()
    {
        var closing = new List<TrackedConnection>();
        lock (_lock)
        {
            while (_admitted >= HighLoadRatio * _options.MaxConnections
                && TakeOldest(_idle, _options.HighLoadIdleTimeout, "idle") is { } idle)
            {
                closing.Add(idle);
            }

            while (TakeOldest(_healthChecks, HealthCheckTimeout, "health_check") is { } waiting)
                closing.Add(waiting);
        }
        closing.ForEach(static connection => connection.Close("The connection was idle, and the Gateway is near its maximum"));
    }

    private sealed class AddressConnections
    {
        public int Admitted { get; set; }

        public LinkedList<TrackedConnection> Idle { get; } = [];
    }
}
