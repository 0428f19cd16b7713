using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log.Kafka;
using StreamBert.Streaming.Log.Kafka.Clients;
using StreamBert.Tests.Streaming.Log;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Services;

/// <summary>The four services as processes of their own, against Kafka and Redis.</summary>
public sealed class FourServicesTests : IDisposable
{
    private const int Texts = 200;
    private static readonly string[] Services
        = ["StreamBert.Inference", "StreamBert.Monitoring", "StreamBert.Training", "StreamBert.Gateway"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Seconds that the broker is away: longer than sessions and messages live in this test. Minutes with <c>STREAMBERT_OUTAGE_SECONDS</c>.
    /// </summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("STREAMBERT_OUTAGE_SECONDS") ?? "12", CultureInfo.InvariantCulture));

    /// <summary>After so long at most a service says that it is not ready.</summary>
    private static readonly TimeSpan LongestUnnoticed = TimeSpan.FromSeconds(10);

    /// <summary>Lines that a service may write in five minutes of an outage.</summary>
    private const int MostLines = 50;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _models = Directory.CreateTempSubdirectory("streambert-models-").FullName;
    private readonly List<StreamBertProcess> _processes = [];

    /// <summary>Where each service tells of its health.</summary>
    private readonly Dictionary<string, Uri> _health = [];

    private StreamBertProcess Trainer => _processes[Array.IndexOf(Services, "StreamBert.Training")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_models, recursive: true);

    [Fact]
    public async Task They_classify_answer_and_watch_on_the_mock_cluster_and_go_on_behind_an_outage_of_it()
    {
        using var kafka = new MockKafka();
        await RunAsync(kafka.BootstrapServers, KafkaSettings.AtLeastOnce, async http =>
        {
            await CheckAsync(http, Start, Texts);

            kafka.GoDown();
            await BeAwayAsync(http);
            kafka.ComeUp();
            await UntilAsync(
                async () => (await HealthAsync("ready")).All(static code => code == HttpStatusCode.OK),
                "all services are ready again");

            await CheckAsync(http, Start.AddHours(2), 2 * Texts);
            await AskTheTrainerAsync(kafka.BootstrapServers);
            await UntilAsync(
                () => Task.FromResult(Trainer.Everything.Contains("rollback", StringComparison.OrdinalIgnoreCase)),
                "the trainer has answered");
        });
    }

    [Fact]
    public async Task They_classify_answer_and_watch_on_a_real_broker()
    {
        var servers = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");
        Assert.SkipWhen(string.IsNullOrEmpty(servers), "STREAMBERT_TEST_KAFKA names no broker.");
        await RunAsync(servers, KafkaSettings.ExactlyOnce, http => CheckAsync(http, DateTimeOffset.UtcNow.AddHours(-2), Texts));
    }

    private async Task RunAsync(string servers, string delivery, Func<HttpClient, Task> check)
    {
        await using var redis = await RedisServer.StartAsync();
        var address = new Uri($"http://127.0.0.1:{RedisServer.FreePort()}");
        var environment = new Dictionary<string, string>
        {
            ["STREAMBERT_Log__Engine"] = "kafka",
            ["STREAMBERT_Kafka__BootstrapServers"] = servers,
            ["STREAMBERT_Kafka__Delivery"] = delivery,
            ["STREAMBERT_Kafka__CreateTopics"] = delivery == KafkaSettings.ExactlyOnce ? "true" : "false", // the mock makes topics only when asked about them
            ["STREAMBERT_Kafka__FetchWaitMaxMs"] = "5",
            ["STREAMBERT_Redis__ConnectionString"] = redis.ConnectionString,
            ["STREAMBERT_Models__Directory"] = _models,
            ["STREAMBERT_Gateway__Urls"] = address.ToString().TrimEnd('/'),
        };
        if (delivery == KafkaSettings.AtLeastOnce)
            environment["STREAMBERT_Kafka__SessionTimeoutMs"] = environment["STREAMBERT_Kafka__MessageTimeoutMs"] = "4000";
        try
        {
            foreach (var service in Services)
                _processes.Add(StartService(service, environment, address));
            using var http = new HttpClient { BaseAddress = address };
            await UntilAsync(
                async () => (await HealthAsync("ready")).All(static code => code == HttpStatusCode.OK),
                "all services are ready");
            await check(http);
            await StopAsync();
        }
        finally
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
        }
    }

    private StreamBertProcess StartService(string service, Dictionary<string, string> environment, Uri gateway)
    {
        var port = RedisServer.FreePort();
        _health[service] = service == "StreamBert.Gateway" ? gateway : new($"http://localhost:{port}");
        return StreamBertProcess.StartService(
            service,
            new Dictionary<string, string>(environment) { ["STREAMBERT_Metrics__Port"] = $"{port}" });
    }

    /// <summary>
    /// While the broker is away: texts are refused, health tells it, the status answers from what it knows, and nobody floods the logs.
    /// </summary>
    private async Task BeAwayAsync(HttpClient http)
    {
        var clock = Stopwatch.StartNew();
        var before = _processes.ConvertAll(static process => process.Lines);
        var refused = RefusedAsync(http);
        while (clock.Elapsed < Outage)
        {
            var asked = clock.Elapsed;
            Assert.All(await HealthAsync("live"), static code => Assert.Equal(HttpStatusCode.OK, code));
            if (asked > LongestUnnoticed)
                Assert.All(await HealthAsync("ready"), static code => Assert.Equal(HttpStatusCode.ServiceUnavailable, code));
            await CheckStatusAsync(http, stale: asked > LongestUnnoticed);
            await Task.Delay(200, Cancellation);
        }
        await refused;
        Assert.All(_processes.Zip(before), static pair => Assert.True(pair.First.Lines - pair.Second <= MostLines, pair.First.Everything));
    }

    private async Task<IReadOnlyList<HttpStatusCode>> HealthAsync(string question)
    {
        using var http = new HttpClient();
        var codes = new List<HttpStatusCode>();
        foreach (var address in _health.Values)
        {
            using var answer = await http.GetAsync(new Uri(address, $"health/{question}"), Cancellation);
            codes.Add(answer.StatusCode);
        }
        return codes;
    }

    private static async Task CheckStatusAsync(HttpClient http, bool stale)
    {
        var clock = Stopwatch.StartNew();
        var status = await http.GetFromJsonAsync<JsonElement>("v1/status", Cancellation);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"The status took {clock.Elapsed.TotalSeconds} s.");
        if (!stale)
            return;
        Assert.Equal("degraded", status.GetProperty("status").GetString());
        Assert.Equal("ledger", status.GetProperty("stale")[0].GetString());
        Assert.True(status.GetProperty("ledger").GetProperty("total").GetProperty("in").GetInt64() > 0);
    }

    /// <param name="atLeast">How many texts the ledger has counted in the end; on a broker there may be more of other runs.</param>
    private async Task CheckAsync(HttpClient http, DateTimeOffset start, int atLeast)
    {
        var run = Guid.NewGuid().ToString("N");
        var texts = Enumerable.Range(1, Texts)
            .Select(n => new { id = $"{run}-{n}", text = $"Oil falls {n} cents", occurredAt = start.AddSeconds(5 * n) });
        await UntilAsync(
            async () => (await http.PostAsJsonAsync("v1/texts?pipeline=financial-news", texts, Cancellation)).IsSuccessStatusCode,
            "texts are taken in");

        foreach (var id in new[] { $"{run}-1", $"{run}-{Texts}" })
        {
            await UntilAsync(
                async () => (await http.GetAsync($"v1/predictions/{id}", Cancellation)).IsSuccessStatusCode,
                $"{id} is classified");
        }

        await UntilAsync(
            async () => Outcomes(await StatusAsync(http)) is (var counted, var written, 0) && counted == written && counted >= atLeast,
            "all are counted");
        await UntilAsync(
            async () => (await http.GetStringAsync(
                $"v1/trends?pipeline=financial-news&from={start.AddMinutes(-5):yyyy-MM-ddTHH:mm:ssZ}",
                Cancellation)).Contains("windows\":[{", StringComparison.Ordinal),
            "windows have closed");
        await UntilAsync(
            async () => (await http.PostAsJsonAsync("v1/classify", new { text = "Gold rises" }, Cancellation))
                .IsSuccessStatusCode, "one is answered at once");
    }

    private static async Task RefusedAsync(HttpClient http)
    {
        using var refused = await http.PostAsJsonAsync("v1/texts?pipeline=financial-news", new { text = "Oil falls" }, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>For something it refuses, as there is no version before; what matters here is that it reads the question.</summary>
    private static async Task AskTheTrainerAsync(string servers)
    {
        await using var log = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = servers,
                ["Delivery"] = KafkaSettings.AtLeastOnce,
                ["CreateTopics"] = "false"
            }), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        var request = new RollbackRequested { Model = "default", By = "anna", Reason = "a test", OccurredAt = Start };
        await log.AppendAsync(
            [EventRecord.Create(Topics.Feedback, request, Start)],
            Cancellation);
    }

    private static async Task<JsonElement> StatusAsync(HttpClient http)
    {
        var status = await http.GetFromJsonAsync<JsonElement>("v1/status", Cancellation);
        return status.TryGetProperty("ledger", out var ledger) && status.GetProperty("stale").GetArrayLength() == 0
            ? ledger
            : throw new HttpRequestException("the ledger is not known yet");
    }

    /// <summary>Of the texts: how many have an outcome, how many came in, how many are under way.</summary>
    private static (long Out, long In, long InFlight) Outcomes(JsonElement ledger)
    {
        var line = ledger.GetProperty("topics").EnumerateArray()
            .Single(static line => line.GetProperty("topic").GetString() == Topics.Texts("financial-news"));
        return line.GetProperty("out") is { ValueKind: JsonValueKind.Number } count
            ? (count.GetInt64(), line.GetProperty("in").GetInt64(), line.GetProperty("inFlight").GetInt64()) : (0, -1, 0);
    }

    private async Task StopAsync()
    {
        foreach (var process in _processes)
            await process.TerminateAsync();
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
            Assert.True(
                clock.Elapsed < Patience,
                $"Never: {what}.\n{string.Join("\n---\n", _processes.Select(static process => process.Everything))}");
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
