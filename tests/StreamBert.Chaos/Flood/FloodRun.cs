using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Chaos.Processes;

namespace StreamBert.Chaos.Flood;

/// <summary>Floods one process several times and measures its health.</summary>
internal sealed class FloodRun : IAsyncDisposable
{
    private const string Key = "sb_flood-0123456789abcdefghijklmnopqrstuvwxyz";
    private const int TextBatches = 10;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The pause after each flood, after which the memory is measured again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>The process has recovered when it answers a status request within this time.</summary>
    private static readonly TimeSpan NormalLatency = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RecoveryPollInterval = TimeSpan.FromMilliseconds(20);
    private readonly FloodOptions _options;
    private readonly ChildProcess _process;
    private readonly Uri _address;
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    private FloodRun(FloodOptions options, ChildProcess process, Uri address, string directory, TimeProvider time)
    {
        (_options, _process, _address, _directory, _time) = (options, process, address, directory, time);
        _client = CreateClient();
    }

    public static async Task<FloodRun> StartAsync(FloodOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("streambert-flood-").FullName;
        var environment = new Dictionary<string, string>
        {
            ["STREAMBERT_Gateway__ApiKeys__0__Name"] = "flood",
            ["STREAMBERT_Gateway__ApiKeys__0__Roles__0"] = "admin",
            ["STREAMBERT_Gateway__ApiKeys__0__KeyHash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
            ["STREAMBERT_Gateway__MaxStreams"] = $"{options.MaxStreams}",
            ["STREAMBERT_Gateway__MaxStreamsPerActor"] = $"{options.MaxStreams}",
        };
        var data = Path.Combine(directory, "data");
        var process = StreamBertInstance.StartUp(data, [], environment, Path.Combine(directory, "output.log"));
        var banner = await process.ReadyLine.WaitAsync(StartTimeout, time, cancellation);
        return new(options, process, StreamBertInstance.ParseAddress(banner), directory, time);
    }

    /// <returns>Whether every health check succeeded.</returns>
    public async Task<bool> RunAsync(IEnumerable<(FloodKind Kind, int Count)> floods, CancellationToken cancellation)
    {
        var isHealthy = true;
        await Console.Out.WriteLineAsync(
            "| flood | opened | still open at the end | memory before | peak | 30 s later | health checks | failed | slowest "
            + "| other requests answered | rejected (429, 503) | recovered after |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (kind, count) in floods.Where(static flood => flood.Count > 0))
            isHealthy &= await RunAsync(kind, count, cancellation);
        return isHealthy;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.StopAsync(StopTimeout);
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private HttpClient CreateClient()
    {
        var client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = _address,
            Timeout = RequestTimeout,
        };
        client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        return client;
    }

    private async Task<bool> RunAsync(FloodKind kind, int count, CancellationToken cancellation)
    {
        var memoryBefore = GetMemory();
        using var probe = new HealthProbe(CreateClient, GetMemory, _time, cancellation);
        var connections = new FloodConnections(kind, _address, Key, _options.Addresses);
        await connections.OpenAsync(count, cancellation);
        var sending = kind == FloodKind.Streams ? SendTextsAsync(cancellation) : Task.CompletedTask;
        await connections.HoldAsync(_options.Duration, cancellation);
        await sending;
        var open = connections.CountOpen();
        connections.Close();
        var recovery = await MeasureRecoveryAsync(cancellation);
        var result = await probe.StopAsync();
        await Task.Delay(Pause, _time, cancellation);
        var connectionCells = string.Create(CultureInfo.InvariantCulture, $"| {GetName(kind)} | {count:N0} | {open:N0} ");
        var memoryCells = string.Create(
            CultureInfo.InvariantCulture,
            $"| {memoryBefore:N0} MB | {result.PeakMemory:N0} MB | {GetMemory():N0} MB ");
        await Console.Out.WriteLineAsync(connectionCells + memoryCells + FormatProbe(result, recovery));
        return result.FailedChecks == 0;
    }

    private static string FormatProbe(ProbeResult result, TimeSpan recovery) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {result.Checks:N0} | {result.FailedChecks:N0} | {result.SlowestCheck.TotalMilliseconds:N0} ms "
        + $"| {result.Succeeded:N0} | {result.Rejected:N0} | {recovery.TotalSeconds:N1} s |");

    private static string GetName(FloodKind kind) => kind switch
    {
        FloodKind.Idle => "idle connections",
        FloodKind.Streams => "event streams",
        _ => "slow requests",
    };

    /// <summary>Sends texts, so that there are events for the streams.</summary>
    private async Task SendTextsAsync(CancellationToken cancellation)
    {
        for (var batch = 0; batch < TextBatches; batch++)
        {
            var texts = Enumerable.Range(0, 200).Select(number =>
                new { id = $"flood-{batch}-{number}", text = $"Shares of company {number} fall after a weak quarter" });
            using var response = await _client.PostAsJsonAsync("v1/texts", texts, cancellation);
        }
    }

    private async Task<TimeSpan> MeasureRecoveryAsync(CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        while (!await HasRecoveredAsync(cancellation))
            await Task.Delay(RecoveryPollInterval, _time, cancellation);
        return _time.GetElapsedTime(started);
    }

    private async Task<bool> HasRecoveredAsync(CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        try
        {
            using var response = await _client.GetAsync("v1/status", cancellation);
            return response.StatusCode == HttpStatusCode.OK && _time.GetElapsedTime(started) < NormalLatency;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Measures the resident memory of the process in MB.</summary>
    private long GetMemory()
    {
        using var process = Process.GetProcessById(_process.Id);
        return process.WorkingSet64 >> 20;
    }
}
