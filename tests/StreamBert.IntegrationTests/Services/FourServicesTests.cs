using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.IntegrationTests.Up;

namespace StreamBert.IntegrationTests.Services;

/// <summary>The four services as processes of their own, against Kafka and Redis.</summary>
public sealed class FourServicesTests : IDisposable
{
    private const int Texts = 200;
    private static readonly string[] Services = ["StreamBert.Inference", "StreamBert.Monitoring", "StreamBert.Training", "StreamBert.Gateway"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _models = Directory.CreateTempSubdirectory("streambert-models-").FullName;
    private readonly List<StreamBertProcess> _processes = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public async Task They_classify_answer_and_watch_on_the_mock_cluster()
    {
        using var kafka = new MockCluster();
        await RunAsync(kafka.BootstrapServers, "at-least-once", createTopics: false); // it makes topics only when asked about them
    }

    [Fact]
    public async Task They_classify_answer_and_watch_on_a_real_broker()
    {
        var servers = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");
        Assert.SkipWhen(string.IsNullOrEmpty(servers), "STREAMBERT_TEST_KAFKA names no broker.");
        await RunAsync(servers, "exactly-once", createTopics: true);
    }

    private async Task RunAsync(string servers, string delivery, bool createTopics)
    {
        using var redis = RedisServer.TryStart();
        Assert.SkipWhen(redis is null, "redis-server is not installed.");
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var environment = new Dictionary<string, string>
        {
            ["STREAMBERT_Log__Engine"] = "kafka",
            ["STREAMBERT_Kafka__BootstrapServers"] = servers,
            ["STREAMBERT_Kafka__Delivery"] = delivery,
            ["STREAMBERT_Kafka__CreateTopics"] = createTopics ? "true" : "false",
            ["STREAMBERT_Kafka__FetchWaitMaxMs"] = "5",
            ["STREAMBERT_Redis__ConnectionString"] = redis.ConnectionString,
            ["STREAMBERT_Models__Directory"] = _models,
            ["STREAMBERT_Gateway__Urls"] = address.ToString().TrimEnd('/'),
        };
        try
        {
            _processes.AddRange(Services.Select(service => StreamBertProcess.StartService(service, environment)));
            using var http = new HttpClient { BaseAddress = address };
            await UntilAsync(async () => (await http.GetAsync("health/ready", Cancellation)).IsSuccessStatusCode, "the gateway is ready");
            await CheckAsync(http);
            await StopAsync();
        }
        finally
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
        }
    }

    private async Task CheckAsync(HttpClient http)
    {
        var run = Guid.NewGuid().ToString("N");
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        var texts = Enumerable.Range(1, Texts).Select(n => new { id = $"{run}-{n}", text = $"Oil falls {n} cents", occurredAt = start.AddSeconds(5 * n) });
        (await http.PostAsJsonAsync("v1/texts?pipeline=financial-news", texts, Cancellation)).EnsureSuccessStatusCode();

        foreach (var id in new[] { $"{run}-1", $"{run}-{Texts}" })
            await UntilAsync(async () => (await http.GetAsync($"v1/predictions/{id}", Cancellation)).IsSuccessStatusCode, $"{id} is classified");
        await UntilAsync(async () => Ledger(await http.GetFromJsonAsync<JsonElement>("v1/status", Cancellation)) >= Texts, "all are counted");
        await UntilAsync(
            async () => (await http.GetStringAsync("v1/trends?pipeline=financial-news", Cancellation)).Contains("windows\":[{", StringComparison.Ordinal),
            "windows have closed");
        await UntilAsync(
            async () => (await http.PostAsJsonAsync("v1/classify", new { text = "Gold rises" }, Cancellation)).IsSuccessStatusCode, "one is answered at once");
    }

    private static long Ledger(JsonElement status) =>
        status.TryGetProperty("ledger", out var ledger) && ledger.GetProperty("total").TryGetProperty("out", out var count) ? count.GetInt64() : 0;

    private async Task StopAsync()
    {
        foreach (var process in _processes)
            await process.InterruptAsync();
        foreach (var process in _processes)
            Assert.True(await process.ExitAsync() == 0, process.Everything);
    }

    private async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await HoldsAsync(holds))
        {
            var gone = _processes.FirstOrDefault(static process => process.HasExited);
            Assert.True(gone is null, $"A service ended before {what}:\n{gone?.Everything}");
            Assert.True(clock.Elapsed < Patience, $"Never: {what}.\n{string.Join("\n---\n", _processes.Select(static process => process.Everything))}");
            await Task.Delay(100, Cancellation);
        }
    }

    /// <summary>Not while nothing listens yet.</summary>
    private static async Task<bool> HoldsAsync(Func<Task<bool>> holds)
    {
        try
        {
            return await holds();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
