using System.Diagnostics;
using System.Net;

namespace StreamBert.Chaos.Flood;

/// <summary>What was seen during a flood.</summary>
internal sealed record Seen(long PeakMemory, int Checks, int Failed, TimeSpan Slowest, int Answered, int Refused);

/// <summary>
/// Watches a process while it is flooded: its memory, and every 100 ms a health check and an ordinary request, each on a connection of its
/// own.
/// </summary>
internal sealed class Watch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _end;
    private readonly HttpClient _client;
    private readonly Task<Seen> _watching;

    public Watch(Uri address, string key, Func<long> memory, CancellationToken cancellation)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(10)
        };
        _client.DefaultRequestHeaders.Add("X-Api-Key", key);
        _watching = Task.Run(() => WatchAsync(memory), CancellationToken.None);
    }

    public async Task<Seen> EndAsync()
    {
        await _end.CancelAsync();
        return await _watching;
    }

    public void Dispose()
    {
        _client.Dispose();
        _end.Dispose();
    }

    private async Task<Seen> WatchAsync(Func<long> memory)
    {
        var seen = new Seen(memory(), 0, 0, TimeSpan.Zero, 0, 0);
        using var timer = new PeriodicTimer(Interval);
        while (!_end.IsCancellationRequested)
        {
            var (health, took, why) = await AskAsync("health/ready");
            var (other, _, _) = await AskAsync("v1/pipelines");
            if (health != HttpStatusCode.OK)
            {
                await Console.Error
                .WriteLineAsync($"A health check failed after {took.TotalMilliseconds:N0} ms: {why}");
            }

            seen = new(
                Math.Max(seen.PeakMemory, memory()), seen.Checks + 1, seen.Failed + (health == HttpStatusCode.OK
                    ? 0
                    : 1), took > seen.Slowest ? took : seen.Slowest,
                seen.Answered + (other == HttpStatusCode.OK
                    ? 1
                    : 0), seen.Refused + (other is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests ? 1 : 0));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
        return seen;
    }

    private async Task<(HttpStatusCode? Status, TimeSpan Took, string Why)> AskAsync(string path)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            using var answer = await _client.GetAsync(path, CancellationToken.None);
            return (answer.StatusCode, clock.Elapsed, answer.IsSuccessStatusCode
                ? ""
                : $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return (null, clock.Elapsed, e.ToString());
        }
    }
}
