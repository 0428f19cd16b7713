using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// A Gateway with few places: who is served when there are more connections, streams and requests than it has. Large floods are the
/// business of <c>StreamBert.Chaos flood</c>.
/// </summary>
public sealed class FloodTests(FloodTests.Host host) : IClassFixture<FloodTests.Host>
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_checks_are_served_while_all_connections_are_busy()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis, [.. Keys.Settings(), ("Gateway:MaxConnections", "4")]);
        var working = new List<TcpClient>();
        for (var number = 0; number < 4; number++) working.Add(await OpenAsync(gateway, SlowBody(gateway), "HTTP/1.1 100 Continue"));

        using var health = await AskAsync(gateway, "/health/live");
        using var other = await AskAsync(gateway, "/v1/pipelines");
        working[0].Dispose();

        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, other.StatusCode);
        Assert.NotNull(other.Headers.RetryAfter);
        await UntilServedAsync(gateway);
        working.ForEach(static connection => connection.Dispose());
    }

    [Fact]
    public async Task Idle_connections_are_replaced_by_active_ones()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis, [.. Keys.Settings(), ("Gateway:MaxConnections", "4")]);
        var idle = new List<TcpClient>();
        for (var number = 0; number < 20; number++) idle.Add(await OpenAsync(gateway, "", null));

        await UntilServedAsync(gateway);

        idle.ForEach(static connection => connection.Dispose());
    }

    [Fact]
    public async Task Event_streams_are_limited_for_each_key()
    {
        await using var gateway = await GatewayHost.StartAsync(
            Keys.NoRedis,
            [.. Keys.Settings(), ("Gateway:MaxStreams", "3"), ("Gateway:MaxStreamsPerActor", "2")]);
        var streams = new List<HttpResponseMessage>();
        foreach (var role in new[] { "read", "read", "read", "admin", "admin" }) streams.Add(await AskAsync(gateway, "/v1/stream", role));

        Assert.Equal([200, 200, 429, 200, 429], streams.Select(static stream => (int)stream.StatusCode));
        Assert.All(
            streams.Where(static stream => stream.StatusCode == HttpStatusCode.TooManyRequests),
            static stream => Assert.NotNull(stream.Headers.RetryAfter));
        streams.ForEach(static stream => stream.Dispose());
        await UntilServedAsync(gateway, "/v1/stream");
    }

    [Theory]
    [InlineData("/v1/verify", "navigate", HttpStatusCode.Forbidden)]
    [InlineData("/v1/verify", "no-cors", HttpStatusCode.Forbidden)]
    [InlineData("/v1/stream", "cors", HttpStatusCode.Forbidden)]
    [InlineData("/v1/audit", "navigate", HttpStatusCode.Forbidden)]
    [InlineData("/v1/topics?countFor=30", "no-cors", HttpStatusCode.Forbidden)]
    [InlineData("/metrics", "navigate", HttpStatusCode.Forbidden)]
    [InlineData("/v1/pipelines", "no-cors", HttpStatusCode.Forbidden)]
    [InlineData("/v1/pipelines", "navigate", HttpStatusCode.OK)]
    [InlineData("/try", "navigate", HttpStatusCode.OK)]
    public async Task Pages_of_other_sites_may_link_but_not_request_costly_routes(
        string path,
        string mode,
        HttpStatusCode expected)
    {
        foreach (var site in new[] { "cross-site", "same-site" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);

            using var answer = await host.Gateway.Client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, Cancellation);

            Assert.Equal(expected, answer.StatusCode);
        }
    }

    private static string SlowBody(GatewayHost gateway) =>
        $"POST /v1/texts HTTP/1.1\r\nHost: {gateway.Client.BaseAddress!.Authority}\r\nX-Api-Key: {Keys.Of("ingest")}\r\nContent-Type: "
            + "application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n";

    private static async Task<TcpClient> OpenAsync(GatewayHost gateway, string sends, string? answer)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(gateway.Client.BaseAddress!.Host, gateway.Client.BaseAddress.Port, Cancellation);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sends), Cancellation);
        using var answers = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
        if (answer is not null) Assert.Equal(answer, await answers.ReadLineAsync(Cancellation));
        return connection;
    }

    private static async Task UntilServedAsync(GatewayHost gateway, string path = "/v1/pipelines")
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Timeout);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var answer = await AskAsync(gateway, path);
            if (answer.StatusCode == HttpStatusCode.OK) return;
            await pause.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>On a connection of its own.</summary>
    private static async Task<HttpResponseMessage> AskAsync(GatewayHost gateway, string path, string role = "read")
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = gateway.Client.BaseAddress
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", Keys.Of(role));
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    /// <summary>A Gateway with the usual limits.</summary>
    public sealed class Host() : SharedGateway(hasRedis: false);
}
