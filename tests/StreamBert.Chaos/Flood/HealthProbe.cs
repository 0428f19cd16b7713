using System.Net;

namespace StreamBert.Chaos.Flood;

/// <summary>
/// Probes a process while it is flooded: every 100 ms it measures the memory, requests a health check and sends another request, each on a
/// new connection.
/// </summary>
internal sealed class HealthProbe : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource _stop;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly Task<ProbeResult> _probing;

    /// <param name="getMemory">Returns the resident memory of the process in MB.</param>
    public HealthProbe(Func<HttpClient> createClient, Func<long> getMemory, TimeProvider time, CancellationToken cancellation)
    {
        (_client, _time) = (createClient(), time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _probing = Task.Run(() => ProbeAsync(getMemory), CancellationToken.None);
    }

    public async Task<ProbeResult> StopAsync()
    {
        await _stop.CancelAsync();
        return await _probing;
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task<ProbeResult> ProbeAsync(Func<long> getMemory)
    {
        var result = new ProbeResult(getMemory(), 0, 0, TimeSpan.Zero, 0, 0);
        using var timer = new PeriodicTimer(Interval, _time);
        while (!_stop.IsCancellationRequested)
        {
            var health = await RequestAsync("health/ready");
            var other = await RequestAsync("v1/pipelines");
            if (!health.IsOk)
            {
                await Console.Error.WriteLineAsync(
                    $"A health check failed after {health.Duration.TotalMilliseconds:N0} ms: {health.Error}");
            }

            result = new(
                Math.Max(result.PeakMemory, getMemory()),
                result.Checks + 1,
                result.FailedChecks + (health.IsOk ? 0 : 1),
                health.Duration > result.SlowestCheck ? health.Duration : result.SlowestCheck,
                result.Succeeded + (other.IsOk ? 1 : 0),
                result.Rejected + (other.IsRejected ? 1 : 0));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return result;
    }

    private async Task<ProbeResponse> RequestAsync(string path)
    {
        var started = _time.GetTimestamp();
        try
        {
            using var response = await _client.GetAsync(path, CancellationToken.None);
            var duration = _time.GetElapsedTime(started);
            var error = response.IsSuccessStatusCode
                ? ""
                : $"{response.StatusCode} {await response.Content.ReadAsStringAsync(CancellationToken.None)}";
            return new(response.StatusCode, duration, error);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return new(null, _time.GetElapsedTime(started), e.ToString());
        }
    }

    private sealed record ProbeResponse(HttpStatusCode? Status, TimeSpan Duration, string Error)
    {
        public bool IsOk => Status == HttpStatusCode.OK;

        public bool IsRejected => Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
    }
}
