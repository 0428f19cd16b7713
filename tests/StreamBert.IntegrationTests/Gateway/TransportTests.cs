using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using StreamBert.Streaming.Settings;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>How the Gateway is reached: encrypted, not faster than allowed, and without authentication from this machine only.</summary>
public sealed class TransportTests
{
    private const int MaxSignIns = 16; // of one address, as docs/secure-it.md says

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_Gateway_serves_TLS_with_a_certificate_file()
    {
        using var certificate = Certificates.Create();
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx, "pass"), Cancellation);
        await using var gateway = await GatewayHost.StartAsync(
            Keys.NoRedis, ("Gateway:Urls", "https://127.0.0.1:0"), ("Kestrel:Certificates:Default:Path", file),
                ("Kestrel:Certificates:Default:Password", "pass"));
        using var client = Certificates.Client(certificate, gateway.Client.BaseAddress!);

        var answer = await client.GetAsync("/health/live", Cancellation);

        Assert.Equal("https", gateway.Client.BaseAddress!.Scheme);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        File.Delete(file);
    }

    [Fact]
    public async Task A_rate_limited_key_does_not_affect_others()
    {
        await using var gateway = await GatewayHost.StartAsync(
            Keys.NoRedis, [.. Keys.Settings(), ("Gateway:RateLimit:RequestsPerSecond", "0.01"), ("Gateway:RateLimit:Burst", "3")]);

        for (var request = 0; request < 3; request++)
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "read")).StatusCode);
        var refused = await AskAsync(gateway, "read");

        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(100));
        Assert.Contains(
            "key:read-key",
            await SecurityTests.DetailAsync(refused, HttpStatusCode.TooManyRequests, "rate-limit"),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "admin")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/health/live", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Slow_sign_in_forms_do_not_block_requests_with_keys()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis, [.. Keys.Settings(), ("Gateway:MaxConcurrentRequests", "1")]);
        var slow = new List<TcpClient>();
        for (var form = 0; form < MaxSignIns; form++) slow.Add(await BeginFormAsync(gateway.Client.BaseAddress!));

        Assert.Equal(HttpStatusCode.TooManyRequests, (await gateway.Client.GetAsync("/sign-in", Cancellation)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, "read")).StatusCode);
        slow.ForEach(static connection => connection.Dispose());
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    public async Task Without_authentication_only_local_host_names_are_served(string host, HttpStatusCode status)
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/pipelines") { Headers = { Host = host } };

        Assert.Equal(status, (await gateway.Client.SendAsync(request, Cancellation)).StatusCode);
    }

    [Fact]
    public async Task Without_authentication_other_sites_cannot_send_requests_through_a_browser()
    {
        await using var gateway = await GatewayHost.StartAsync(Keys.NoRedis);
        using var browser = new Browser(gateway.Client.BaseAddress!);

        var act = await browser.PostAsync("/predict", new StringContent("{\"inputs\":\"x\"}"), "Origin", "https://evil.example");
        var socket = await browser.GetAsync("/_blazor", "Origin", "https://evil.example");

        Assert.Equal(HttpStatusCode.Forbidden, act.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, socket.StatusCode);
    }

    [Fact]
    public async Task Without_authentication_it_listens_on_a_network_only_if_configured()
    {
        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            static () => GatewayHost.StartAsync(Keys.NoRedis, ("Gateway:Urls", "http://0.0.0.0:0")));
        await using var told = await GatewayHost.StartAsync(
            Keys.NoRedis,
            ("Gateway:Urls", "http://0.0.0.0:0"),
            ("Gateway:AllowAnonymous", "true"),
            ("AllowedHosts", "localhost"));

        Assert.Contains("streambert keys new", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Sends the head of a form and returns when the server waits for the rest.</summary>
    private static async Task<TcpClient> BeginFormAsync(Uri address)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, Cancellation);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /sign-in HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                + "9\r\nExpect: 100-continue\r\n\r\n"), Cancellation);
        using var answer = new StreamReader(connection.GetStream(), Encoding.ASCII, leaveOpen: true);
        Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync(Cancellation));
        return connection;
    }

    private static Task<HttpResponseMessage> AskAsync(GatewayHost gateway, string role)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/pipelines");
        request.Headers.Add("X-Api-Key", Keys.Of(role));
        return gateway.Client.SendAsync(request, Cancellation);
    }
}
