using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Gateway;
using StreamBert.Gateway.Connections;

namespace StreamBert.Tests.Gateway.Connections;

public sealed class ConnectionLimiterTests : IDisposable
{
    private const int Places = 10, PlacesOfAddress = 4;
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionLimiter _limiter;
    private int _address;

    public ConnectionLimiterTests()
        => _limiter = new(Options.Create(new GatewayOptions { MaxConnections = Places, MaxConnectionsPerAddress = PlacesOfAddress }),
            new GatewayMetrics(), _time);

    public void Dispose() => _limiter.Dispose();

    [Fact]
    public void At_the_maximum_a_connection_replaces_the_longest_idle_one()
    {
        var open = Enumerable.Range(0, Places).Select(_ => Enter()).ToList();
        _limiter.BeginRequest(open[0].Tracked); // at work
        _time.Advance(TimeSpan.FromSeconds(2));
        _limiter.BeginRequest(open[1].Tracked);
        _limiter.EndRequest(open[1].Tracked); // idle again

        var more = Enter();

        Assert.False(more.Tracked.IsHealthCheckOnly);
        Assert.Equal([2], Closed(open));
    }

    [Fact]
    public void Without_idle_connections_it_serves_health_checks_where_the_newest_replaces_the_oldest()
    {
        Fill(working: true);

        var lane = Enumerable.Range(0, ConnectionLimiter.MaxHealthCheckConnections + 3).Select(_ => Enter()).ToList();

        Assert.All(lane, static connection => Assert.True(connection.Tracked.IsHealthCheckOnly));
        Assert.Equal([0, 1, 2], Closed(lane));
    }

    [Fact]
    public void A_running_health_check_is_not_replaced()
    {
        Fill(working: true);
        var check = Enter();
        _limiter.BeginRequest(check.Tracked);

        foreach (var _ in Enumerable.Range(0, 2 * ConnectionLimiter.MaxHealthCheckConnections)) Enter();

        Assert.False(check.IsClosed);
    }

    [Fact]
    public void Idle_health_check_connections_time_out()
    {
        Fill(working: true);
        var waiting = Enter();

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.True(waiting.IsClosed);
    }

    [Fact]
    public void An_address_at_its_maximum_replaces_only_its_own_connections()
    {
        var others = Enumerable.Range(0, 3).Select(_ => Enter()).ToList();
        var own = Enumerable.Range(0, PlacesOfAddress).Select(_ => Enter("10.0.0.1")).ToList();
        _time.Advance(TimeSpan.FromSeconds(2));

        var more = Enter("10.0.0.1");
        own.Skip(1).ToList().ForEach(connection => _limiter.BeginRequest(connection.Tracked));
        _limiter.BeginRequest(more.Tracked);
        var yetMore = Enter("10.0.0.1");

        Assert.Equal((false, true), (more.Tracked.IsHealthCheckOnly, yetMore.Tracked.IsHealthCheckOnly));
        Assert.Equal([0], Closed(own));
        Assert.Empty(Closed(others));
    }

    [Fact]
    public void Idle_connections_time_out_under_high_load_only()
    {
        var open = Enumerable.Range(0, Places - 3).Select(_ => Enter()).ToList();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(Closed(open));

        open.Add(Enter());
        _limiter.BeginRequest(open[0].Tracked);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal([1], Closed(open)); // then no longer crowded
    }

    [Fact]
    public void Ended_connections_are_released()
    {
        foreach (var round in Enumerable.Range(0, 3))
        {
            var open = Enumerable.Range(0, Places + 5).Select(_ => Enter("10.0.0.1")).ToList();
            _limiter.BeginRequest(open[^1].Tracked);
            open.ForEach(connection => _limiter.Remove(connection.Tracked));
            _limiter.EndRequest(open[^1].Tracked);
        }
        Fill(working: true);

        Assert.True(Enter().Tracked.IsHealthCheckOnly);
    }

    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void An_IPv6_network_counts_as_one_address(string one, string other, bool same) =>
        Assert.Equal(same, ClientAddress.Of(IPAddress.Parse(one)) == ClientAddress.Of(IPAddress.Parse(other)));

    private void Fill(bool working)
    {
        foreach (var connection in Enumerable.Range(0, Places).Select(_ => Enter()))
            if (working) _limiter.BeginRequest(connection.Tracked);
    }

    private Entered Enter(string? address = null)
    {
        var connection = new AbortableConnection
        {
            RemoteEndPoint = new IPEndPoint(address is null ? new IPAddress([10, 1, 0, (byte)++_address]) : IPAddress.Parse(address), 1)
        };
        return new(connection, _limiter.Add(connection));
    }

    private static IEnumerable<int> Closed(IEnumerable<Entered> connections)
        => connections.Index().Where(static connection => connection.Item.IsClosed).Select(static connection => connection.Index);

    private sealed record Entered(AbortableConnection Connection, TrackedConnection Tracked)
    {
        public bool IsClosed => Connection.IsAborted;
    }

    /// <summary>The framework's aborts on another thread.</summary>
    private sealed class AbortableConnection : DefaultConnectionContext
    {
        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
