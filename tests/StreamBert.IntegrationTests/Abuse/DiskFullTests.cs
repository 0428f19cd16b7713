using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.IntegrationTests.Up;
using StreamBert.Tests.Abuse;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// A disk that gets full under the real program: nothing acknowledged is lost, health says so in seconds, and it continues when there is
/// space, without a restart.
/// </summary>
public sealed class DiskFullTests
{
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_rejects_texts_with_the_reason_and_every_acknowledged_text_is_classified()
    {
        using var disk = SmallDisk.Mount(64);
        await using var up = StreamBertProcess.Start("up", "--data", disk["data"], "--port", "0", "--no-simulator");
        using var client = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
        var acknowledged = 0;
        for (var text = 0; text < 20; text++)
            acknowledged += await SendAsync(client, $"before-{text}") is null ? 1 : 0;

        disk.Fill();
        var full = TimeProvider.System.GetTimestamp();
        HttpResponseMessage? refusal = null;
        for (var text = 0; refusal is null; text++)
        {
            if ((refusal = await SendAsync(client, $"during-{text}")) is null)
                acknowledged++;
        }

        await UntilAsync(client, "/health/ready", static health => health.GetProperty("status").GetString() == "degraded"
            && health.GetProperty("degraded").EnumerateArray().Select(static one => one.GetProperty("component").GetString()).ToHashSet()
                .IsSupersetOf(["disk", "log"]));
        var delay = TimeProvider.System.GetElapsedTime(full);
        Assert.True(delay < SoonEnough, $"degraded after {delay}");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
        Assert.NotNull(refusal.Headers.RetryAfter);
        Assert.Contains("disk is full", await refusal.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var (code, _, printed) = await StreamBertProcess.RunAsync("status", "--url", client.BaseAddress!.ToString());
        Assert.Equal(1, code);
        Assert.Contains("degraded: disk", printed, StringComparison.Ordinal);
        Assert.Contains("streambert_degraded", await client.GetStringAsync("/metrics", Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/predictions", Cancellation)).StatusCode);

        disk.Free();
        await UntilAsync(client, "/health/ready", static health => health.GetProperty("status").GetString() == "ready");
        for (var text = 0; text < 20; text++)
            acknowledged += await SendAsync(client, $"after-{text}") is null ? 1 : 0;
        await UntilAsync(client, "/v1/status", status => status.GetProperty("ledger").GetProperty("total") is var total
            && total.GetProperty("in").GetInt64() == acknowledged && total.GetProperty("out").GetInt64() == acknowledged);
        await up.TerminateAsync();
        Assert.True(await up.WaitForExitAsync() == 0, up.AllOutput);
        var proof = await StreamBertProcess.RunAsync("verify", "--data", disk["data"]);
        Assert.True(proof.Code == 0, proof.AllOutput);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{acknowledged} texts acknowledged, {acknowledged} classified; "
            + $"degraded shown {delay.TotalSeconds:0.0} s after the disk was full, at the latest");
    }

    /// <returns>Null if it was taken in, else the answer.</returns>
    private static async Task<HttpResponseMessage?> SendAsync(HttpClient client, string id)
    {
        var answer = await client.PostAsJsonAsync(
            "/v1/texts",
            new { id, text = $"Shares rose on {id}", pipeline = "financial-news" },
            Cancellation);
        if (answer.StatusCode != HttpStatusCode.Accepted)
            return answer;
        answer.Dispose();
        return null;
    }

    private static async Task<JsonElement> UntilAsync(HttpClient client, string path, Func<JsonElement, bool> holds)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        timeout.CancelAfter(RequestTimeout);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            using var response = await client.GetAsync(path, timeout.Token);
            if (await response.Content.ReadFromJsonAsync<JsonElement>(timeout.Token) is var answer && holds(answer))
                return answer;
            await pause.WaitForNextTickAsync(timeout.Token);
        }
    }
}
