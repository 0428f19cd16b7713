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
using StreamBert.Tests.Streaming.Log.Kafka;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Services;

/// <summary>Tests the four services as separate processes on Kafka and Redis.</summary>
public sealed class FourServicesTests : IDisposable
{
    private const int Texts = 200;
    private static readonly string[] Services =
        ["StreamBert.Inference", "StreamBert.Monitoring", "StreamBert.Training", "StreamBert.Gateway"];
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxStatusLatency = TimeSpan.FromSeconds(2);
    private static readonly TimeProvider Time = TimeProvider.System;

    /// <summary>
    /// The duration of the broker outage: longer than the session and message timeouts of this test. The environment variable
    /// <c>STREAMBERT_OUTAGE_SECONDS</c> makes it longer.
    /// </summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("STREAMBERT_OUTAGE_SECONDS") ?? "12", CultureInfo.InvariantCulture));

    /// <summary>The longest time until a service reports that it is not ready.</summary>
    private static readonly TimeSpan MaxDetectionTime = TimeSpan.FromSeconds(10);

    /// <summary>The most lines that a service may log in five minutes of an outage.</summary>
    private const int MaxLines = 50;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-services-").FullName;
    private readonly List<StreamBertProcess> _processes = [];

    /// <summary>The address of each service's health endpoints.</summary>
    private readonly Dictionary<string, Uri> _healthAddresses = [];

    private StreamBertProcess Trainer => _processes[Array.IndexOf(Services, "StreamBert.Training")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task They_classify_and_monitor_on_the_mock_cluster_and_resume_after_an_outage()
    {
        using var kafka = new MockKafka();
        await RunAsync(kafka.BootstrapServers, KafkaSettings.AtLeastOnce, async http =>
        {
            await CheckAsync(http, Start, Texts);

            kafka.GoDown();
            await CheckDuringOutageAsync(http);
            kafka.ComeUp();
            await WaitUntilAsync(
                async () => (await GetHealthAsync("ready")).All(static code => code == HttpStatusCode.OK),
                "all services are ready again");

            await CheckAsync(http, Start.AddHours(2), 2 * Texts);
            await RequestRollbackAsync(kafka.BootstrapServers);
            await WaitUntilAsync(
                () => Task.FromResult(Trainer.AllOutput.Contains("rollback", StringComparison.OrdinalIgnoreCase)),
                "the trainer has answered the rollback request");
        });
    }

    [Fact]
    public async Task They_classify_and_monitor_on_a_real_broker()
    {
        var servers = Environment.GetEnvironmentVariable("STREAMBERT_TEST_KAFKA");
        Assert.SkipWhen(string.IsNullOrEmpty(servers), "STREAMBERT_TEST_KAFKA is not set.");
        await RunAsync(servers, KafkaSettings.ExactlyOnce, http => CheckAsync(http, Time.GetUtcNow().AddHours(-2), Texts));
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
            // The mock cluster creates topics by itself and supports no requests to create them.
            ["STREAMBERT_Kafka__CreateTopics"] = delivery == KafkaSettings.ExactlyOnce ? "true" : "false",
            ["STREAMBERT_Kafka__FetchWaitMaxMs"] = "5",
            ["STREAMBERT_Redis__ConnectionString"] = redis.ConnectionString,
            ["STREAMBERT_Models__Directory"] = Path.Combine(_directory, "models"),
            ["STREAMBERT_Privacy__Directory"] = Path.Combine(_directory, "keys"),
            ["STREAMBERT_Gateway__Urls"] = address.ToString().TrimEnd('/'),
        };
        if (delivery == KafkaSettings.AtLeastOnce)
            environment["STREAMBERT_Kafka__SessionTimeoutMs"] = environment["STREAMBERT_Kafka__MessageTimeoutMs"] = "4000";
        try
        {
            foreach (var service in Services)
                _processes.Add(StartService(service, environment, address));
            using var http = new HttpClient { BaseAddress = address };
            await WaitUntilAsync(
                async () => (await GetHealthAsync("ready")).All(static code => code == HttpStatusCode.OK),
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
        _healthAddresses[service] = service == "StreamBert.Gateway" ? gateway : new($"http://localhost:{port}");
        return StreamBertProcess.StartService(
            service,
            new Dictionary<string, string>(environment) { ["STREAMBERT_Metrics__Port"] = $"{port}" });
    }

    /// <summary>
    /// Checks that during the outage texts are rejected, health checks report it, the status returns the last known ledger and no service
    /// floods its log.
    /// </summary>
    private async Task CheckDuringOutageAsync(HttpClient http)
    {
        var started = Time.GetTimestamp();
        var linesBefore = _processes.ConvertAll(static process => process.LineCount);
        var rejected = CheckRejectedAsync(http);
        while (Time.GetElapsedTime(started) is var elapsed && elapsed < Outage)
        {
            Assert.All(await GetHealthAsync("live"), static code => Assert.Equal(HttpStatusCode.OK, code));
            if (elapsed > MaxDetectionTime)
                Assert.All(await GetHealthAsync("ready"), static code => Assert.Equal(HttpStatusCode.ServiceUnavailable, code));
            await CheckStatusAsync(http, stale: elapsed > MaxDetectionTime);
            await Task.Delay(2 * PollInterval, Time, Cancellation);
        }
        await rejected;
        Assert.All(_processes.Zip(linesBefore), static pair => Assert.True(
            pair.First.LineCount - pair.Second <= MaxLines, pair.First.AllOutput));
    }

    private async Task<IReadOnlyList<HttpStatusCode>> GetHealthAsync(string check)
    {
        using var http = new HttpClient();
        var codes = new List<HttpStatusCode>();
        foreach (var address in _healthAddresses.Values)
        {
            using var response = await http.GetAsync(new Uri(address, $"health/{check}"), Cancellation);
            codes.Add(response.StatusCode);
        }
        return codes;
    }

    private static async Task CheckStatusAsync(HttpClient http, bool stale)
    {
        var started = Time.GetTimestamp();
        var status = await http.GetFromJsonAsync<JsonElement>("v1/status", Cancellation);
        var latency = Time.GetElapsedTime(started);
        Assert.True(latency < MaxStatusLatency, $"The status took {latency.TotalSeconds} s.");
        if (!stale)
            return;
        Assert.Equal("degraded", status.GetProperty("status").GetString());
        Assert.Equal("ledger", status.GetProperty("stale")[0].GetString());
        Assert.True(status.GetProperty("ledger").GetProperty("total").GetProperty("in").GetInt64() > 0);
    }

    /// <param name="minimum">The number of texts that the ledger counts in the end; a broker may hold more from other runs.</param>
    private async Task CheckAsync(HttpClient http, DateTimeOffset start, int minimum)
    {
        var run = Guid.NewGuid().ToString("N");
        var texts = Enumerable.Range(1, Texts)
            .Select(n => new { id = $"{run}-{n}", text = $"Oil falls {n} cents", occurredAt = start.AddSeconds(5 * n) });
        await WaitUntilAsync(
            async () => (await http.PostAsJsonAsync("v1/texts?pipeline=financial-news", texts, Cancellation)).IsSuccessStatusCode,
            "texts are accepted");

        foreach (var id in new[] { $"{run}-1", $"{run}-{Texts}" })
        {
            await WaitUntilAsync(
                async () => (await http.GetAsync($"v1/predictions/{id}", Cancellation)).IsSuccessStatusCode,
                $"{id} is classified");
        }

        await WaitUntilAsync(
            async () => CountOutcomes(await GetLedgerAsync(http)) is (var counted, var received, 0)
                && counted == received && counted >= minimum,
            "the ledger has counted all texts");
        await WaitUntilAsync(
            async () => (await http.GetStringAsync(
                $"v1/trends?pipeline=financial-news&from={start.AddMinutes(-5):yyyy-MM-ddTHH:mm:ssZ}",
                Cancellation)).Contains("windows\":[{", StringComparison.Ordinal),
            "windows have closed");
        await WaitUntilAsync(
            async () => (await http.PostAsJsonAsync("v1/classify", new { text = "Gold rises" }, Cancellation))
                .IsSuccessStatusCode, "a text is classified on request");
    }

    private static async Task CheckRejectedAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync("v1/texts?pipeline=financial-news", new { text = "Oil falls" }, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>
    /// Requests a rollback that the trainer refuses, because there is no earlier version: this shows that the trainer still reads requests.
    /// </summary>
    private static async Task RequestRollbackAsync(string servers)
    {
        await using var log = new KafkaEventLog(
            new(new Dictionary<string, string>
            {
                ["BootstrapServers"] = servers,
                ["Delivery"] = KafkaSettings.AtLeastOnce,
                ["CreateTopics"] = "false",
            }), Time, NullLogger<KafkaEventLog>.Instance);
        var request = new RollbackRequested { Model = "default", By = "anna", Reason = "a test", OccurredAt = Start };
        await log.AppendAsync(
            [EventRecord.Create(Topics.Feedback, request, Start)], Cancellation);
    }

    private static async Task<JsonElement> GetLedgerAsync(HttpClient http)
    {
        var status = await http.GetFromJsonAsync<JsonElement>("v1/status", Cancellation);
        return status.TryGetProperty("ledger", out var ledger) && status.GetProperty("stale").GetArrayLength() == 0
            ? ledger
            : throw new HttpRequestException("the ledger is not current yet");
    }

    /// <summary>Returns how many texts have an outcome, were received and are in flight.</summary>
    private static (long Out, long In, long InFlight) CountOutcomes(JsonElement ledger)
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
            Assert.True(await process.WaitForExitAsync() == 0, process.AllOutput);
    }

    private async Task WaitUntilAsync(Func<Task<bool>> condition, string description)
    {
        var started = Time.GetTimestamp();
        while (!await IsTrueAsync(condition))
        {
            var exited = _processes.FirstOrDefault(static process => process.HasExited);
            Assert.True(exited is null, $"A service exited before {description}:\n{exited?.AllOutput}");
            Assert.True(
                Time.GetElapsedTime(started) < Timeout,
                $"Timed out waiting until {description}.\n"
                + string.Join("\n---\n", _processes.Select(static process => process.AllOutput)));
            await Task.Delay(PollInterval, Time, Cancellation);
        }
    }

    /// <summary>Treats a failed request as false, as long as the service does not listen yet.</summary>
    private static async Task<bool> IsTrueAsync(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
