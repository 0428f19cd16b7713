using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace StreamBert.Chaos.Flood;

/// <summary>One process that is flooded again and again, and watched.</summary>
internal sealed class FloodRun : IAsyncDisposable
{
    private const string Key = "sb_flood-0123456789abcdefghijklmnopqrstuvwxyz";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);
    private readonly FloodOptions _options;
    private readonly Child _child;
    private readonly Uri _address;
    private readonly string _directory;
    private readonly HttpClient _client;

    private FloodRun(FloodOptions options, Child child, Uri address, string directory)
    {
        (_options, _child, _address, _directory) = (options, child, address, directory);
        _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(10)
        };
        _client.DefaultRequestHeaders.Add("X-Api-Key", Key);
    }

    public static async Task<FloodRun> StartAsync(FloodOptions options, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("streambert-flood-").FullName;
        var settings = new Dictionary<string, string>
        {
            ["STREAMBERT_Gateway__ApiKeys__0__Name"] = "flood",
            ["STREAMBERT_Gateway__ApiKeys__0__Roles__0"] = "admin",
            ["STREAMBERT_Gateway__ApiKeys__0__KeyHash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))),
            ["STREAMBERT_Gateway__MaxStreams"] = $"{options.MaxStreams}",
            ["STREAMBERT_Gateway__MaxStreamsPerActor"] = $"{options.MaxStreams}",
        };
        var child = Child.Start(
            BuiltProgram.StreamBert,
            ["up", "--data", Path.Combine(directory, "data"), "--port", "0", "--no-simulator"],
            settings,
            "Dashboard ",
            Path.Combine(directory, "output.log"));
        var banner = await child.Said.WaitAsync(TimeSpan.FromMinutes(2), cancellation);
        return new(options, child, new(banner.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]), directory);
    }

    /// <returns>Whether every health check was answered.</returns>
    public async Task<bool> RunAsync(IEnumerable<(FloodKind Kind, int Count)> floods, CancellationToken cancellation)
    {
        var allAnswered = true;
        await Console.Out.WriteLineAsync("| flood | opened | still open at its end | memory before | at most | 30 s after | health checks | failed | slowest | other requests answered | refused (429, 503) | back to normal after |");
        await Console.Out.WriteLineAsync("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (kind, count) in floods.Where(static flood => flood.Count > 0))
            allAnswered &= await RunAsync(kind, count, cancellation);
        return allAnswered;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _child.StopAsync(TimeSpan.FromSeconds(60));
        await _child.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> RunAsync(FloodKind kind, int count, CancellationToken cancellation)
    {
        var before = Memory();
        using var watch = new Watch(_address, Key, Memory, cancellation);
        var connections = new Flooders(kind, _address, Key, _options.Addresses);
        await connections.OpenAsync(count, cancellation);
        var feeding = kind == FloodKind.Streams ? FeedAsync(cancellation) : Task.CompletedTask;
        await connections.HoldAsync(_options.Hold, cancellation);
        await feeding;
        var open = connections.StillOpen();
        connections.Close();
        var clock = Stopwatch.StartNew();
        while (!await IsPromptAsync(cancellation)) await Task.Delay(20, cancellation);
        var recovered = clock.Elapsed;
        var seen = await watch.EndAsync();
        await Task.Delay(Rest, cancellation);
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name(kind)} | {count:N0} | {open:N0} | {before:N0} MB | {seen.PeakMemory:N0} MB | {Memory():N0} MB | {seen.Checks:N0} | {seen.Failed:N0} | {seen.Slowest.TotalMilliseconds:N0} ms | {seen.Answered:N0} | {seen.Refused:N0} | {recovered.TotalSeconds:N1} s |"));
        return seen.Failed == 0;
    }

    private static string Name(FloodKind kind)
        => kind switch { FloodKind.Idle => "idle connections", FloodKind.Streams => "event streams", _ => "slow requests" };

    /// <summary>Texts for the streams to tell of.</summary>
    private async Task FeedAsync(CancellationToken cancellation)
    {
        for (var batch = 0; batch < 10; batch++)
        {
            (await _client.PostAsJsonAsync("v1/texts", Enumerable.Range(0, 200).Select(
                number => new { id = $"flood-{batch}-{number}", text = $"Shares of company {number} fall after a weak quarter" }), cancellation)).Dispose();
        }
    }

    private async Task<bool> IsPromptAsync(CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var answer = await _client.GetAsync("v1/status", cancellation);
            return answer.StatusCode == HttpStatusCode.OK && clock.Elapsed < Prompt;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Resident memory of the process in MB.</summary>
    private long Memory()
    {
        using var process = Process.GetProcessById(_child.Id);
        return process.WorkingSet64 >> 20;
    }
}
