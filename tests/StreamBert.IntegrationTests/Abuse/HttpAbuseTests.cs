using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StreamBert.IntegrationTests.Gateway;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// One suite of hostile requests against a whole Gateway, in each way in which it is reached: nothing is answered 5xx but 503 with
/// <c>Retry-After</c> (and 505 to what is not HTTP/1.x),
/// no error comes into the log, memory stays bounded, and it still serves. <c>STREAMBERT_FULL=1</c> sends many times as many.
/// </summary>
public sealed class HttpAbuseTests : IAsyncLifetime
{
    private const int AtOnce = 8;
    private const long MaxGrowth = 512L << 20;
    private static readonly int Requests = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 2_500 : 80;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("STREAMBERT_FUZZ_SEED"), out var seed) ? seed : 1;
    private readonly WarningLog _log = new();
    private RedisServer _redis = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task With_keys_over_plain_HTTP()
    {
        await using var gateway = await StartAsync([.. Keys.Settings()]);

        await AttackAsync("keys, HTTP/1.1", gateway, http2: false, Key);
    }

    [Fact]
    public Task With_keys_over_TLS() => OverTlsAsync(http2: false);

    [Fact]
    public Task With_keys_over_HTTP2() => OverTlsAsync(http2: true);

    [Fact]
    public async Task With_tokens_of_a_provider()
    {
        await using var issuer = await Issuer.StartAsync();
        issuer.Roles = ["admin"];
        await using var gateway = await StartAsync([("Gateway:Oidc:Authority", issuer.Address), ("Gateway:Oidc:Audience", Issuer
            .Audience), ("Gateway:Oidc:ClientId", Issuer.ClientId), ("Gateway:Oidc:ClientSecret", Issuer.ClientSecret)]);
        var valid = issuer.Token();

        await AttackAsync(
            "tokens, HTTP/1.1",
            gateway,
            http2: false,
            random => ("Authorization", $"Bearer {(random.Next(3) > 0 ? valid : HostileTokens.Make(random, valid))}"));
    }

    [Fact]
    public async Task Unauthenticated_requests_write_nothing_to_the_log()
    {
        await using var gateway = await StartAsync([.. Keys.Settings()]);
        _log.Lines.Clear();

        await AttackAsync("strangers, HTTP/1.1", gateway, http2: false, static _ => null);

        Assert.Empty(_log.Lines.Select(static line => line.Line));
    }

    private async Task OverTlsAsync(bool http2)
    {
        using var certificate = Certificates.Create();
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pfx, "pass"), Cancellation);
        await using var gateway = await StartAsync(
            [.. Keys.Settings(), ("Gateway:Urls", "https://127.0.0.1:0"), ("Kestrel:Certificates:Default:Path", file),
            ("Kestrel:Certificates:Default:Password", "pass")]);
        File.Delete(file);

        await AttackAsync(http2 ? "keys, TLS, HTTP/2" : "keys, TLS, HTTP/1.1", gateway, http2, Key);
    }

    private Task<GatewayHost> StartAsync(params (string, string)[] settings) => GatewayHost.StartAsync(
        _redis.ConnectionString, builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(_log);
            builder.Logging.SetMinimumLevel(LogLevel.Information)
                .AddFilter<Microsoft.Extensions.Logging.Console.ConsoleLoggerProvider>(static level => level >= LogLevel.Error);
            builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Information";
        },
        [("Gateway:ClassifyDeadline", "00:00:05"), ("Gateway:RateLimit:RequestsPerSecond", "100000"),
            ("Gateway:RateLimit:Burst", "100000"), ("Redis:Timeout", "00:00:10"), .. settings]);

    private static (string, string)? Key(
        Random random) => random.Next(4) switch
        {
            0 => null,
            1 => ("Authorization", $"Bearer {Keys.Of("admin")}"),
            _ =>
            ("X-Api-Key", Keys.Of(random.Next(2) == 0 ? "admin" : "read"))
        };

    private async Task AttackAsync(string way, GatewayHost gateway, bool http2, Func<Random, (string, string)?> credential)
    {
        var address = gateway.Client.BaseAddress!;
        var attack = new Attack(address, http2);
        var before = Process.GetCurrentProcess().WorkingSet64;
        await Parallel.ForEachAsync(
            Make(address, http2, credential),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation },
            async (request, cancellation) => await attack.SendAsync(request, cancellation));

        foreach (var (area, requests, statuses) in attack.Counts)
            TestContext.Current.TestOutputHelper?.WriteLine($"| {way} | {area} | {requests} | {statuses} |");
        Assert.True(attack.Faults.IsEmpty, string.Join("\n\n", attack.Faults.Take(10)));
        Assert.Empty(_log.Lines.Where(static line => line.Level >= LogLevel.Error).Select(static line => line.Line));
        GC.Collect(); // what the attacker of this process has made is not the Gateway's
        Assert.InRange(Process.GetCurrentProcess().WorkingSet64 - before, long.MinValue, MaxGrowth);
        using var client = address.Scheme == "http" ? new HttpClient { BaseAddress = address } : new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = static (_, given, _, _) => given is not null }
        })
        { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/live", Cancellation)).StatusCode);
    }

    /// <summary>
    /// Of each kind some: four fifths are requests, the rest what is none. On HTTP/2 that are frames, else bytes and circuits.
    /// </summary>
    private static IEnumerable<HostileRequest> Make(Uri address, bool http2, Func<Random, (string, string)?> credential)
    {
        var random = new Random(Seed);
        string Line() => credential(random) is var (name, value) ? $"{name}: {value}\r\n" : "";
        foreach (var request in new HostileRequests(random, credential).Take(Requests * 4 / 5)) yield return request;
        for (var number = 0; number < Requests / 5; number++)
        {
            yield return http2 ? new HostileRequest("frames", "", "", [], []) { Raw = HostileFrames.Make(random, address.Authority) }
                : number % 3 == 0
                    ? HostileSockets.Make(random, address.Authority, Line())
                    : HostileBytes.Make(random, address.Authority, Line());
        }
    }
}
