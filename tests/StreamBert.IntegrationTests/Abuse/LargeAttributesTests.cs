using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// Texts with an attribute of 1.7 MB, which once took a process from 0.3 to 14 GB by a dozen small reads. Some texts by default; with
/// <c>STREAMBERT_FULL=1</c> 400,
/// written straight into the log and sent over HTTP; the peak is in <c>docs/secure-it.md</c>.
/// </summary>
public sealed class LargeAttributesTests : IDisposable
{
    private const int AttributeBytes = 1_700_000;
    private const long Gigabyte = 1L << 30;
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1";
    private static readonly int Texts = IsFull ? 400 : 24;

    /// <summary>Texts in one request of at most 8 MiB.</summary>
    private const int InOne = 4;
    private static readonly string Topic = DefaultPipelines.FinancialNews.Inputs[0];
    private static readonly string Blob = new('x', AttributeBytes);
    private readonly DataDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Large_attributes_within_the_limits_are_read_in_bounded_memory()
    {
        await AppendAsync(Texts / 2);
        await using var process = StreamBertProcess.Start(
            new Dictionary<string, string> { ["STREAMBERT_Limits__AttributeValueBytes"] = "2000000" },
            _directory.UpArguments("--model", "small"));
        using var client = new HttpClient { BaseAddress = await process.WaitUntilReadyAsync(), Timeout = TimeSpan.FromMinutes(2) };
        var streams = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => client.GetAsync("/v1/stream", HttpCompletionOption.ResponseHeadersRead, Cancellation)));
        for (var number = 0; number < Texts - (Texts / 2); number += InOne)
            Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, number));
        await ProcessedAsync(client, Texts, "out");

        var statuses = await ReadAsync(client);

        Report(process, "raised limits", statuses);
        Assert.All(statuses, static status => Assert.Equal(HttpStatusCode.OK, status.Value));
        Assert.InRange(process.PeakBytes, 1, Gigabyte);
        Assert.Equal(
            "ready",
            (await client.GetFromJsonAsync<JsonElement>("/health/ready", Cancellation)).GetProperty("status").GetString());
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task By_default_large_attributes_are_rejected_or_dead_lettered_in_bounded_memory()
    {
        await AppendAsync(Texts / 2);
        await using var process = StreamBertProcess.Start(_directory.UpArguments("--model", "small"));
        using var client = new HttpClient { BaseAddress = await process.WaitUntilReadyAsync(), Timeout = TimeSpan.FromMinutes(2) };
        for (var number = 0; number < Texts - (Texts / 2); number += InOne)
            Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(client, number));
        await ProcessedAsync(client, Texts / 2, "deadLettered");

        var statuses = await ReadAsync(client);
        var letters = await client.GetFromJsonAsync<JsonElement>("/v1/dead-letters?limit=1", Cancellation);
        var id = letters.GetProperty("deadLetters")[0].GetProperty("id").GetString();
        var details = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(async _ => (await client.GetAsync($"/v1/dead-letters/{id}", Cancellation)).StatusCode));

        Report(process, "default limits", statuses);
        Assert.Equal("attribute-value-too-large", letters.GetProperty("deadLetters")[0].GetProperty("reason").GetString());
        Assert.Contains(
            "attributes.blob",
            letters.GetProperty("deadLetters")[0].GetProperty("detail").GetString(),
            StringComparison.Ordinal);
        Assert.All([.. statuses.Values, .. details], static status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.InRange(process.PeakBytes, 1, Gigabyte);
    }

    private async Task AppendAsync(int texts)
    {
        await using var log = _directory.OpenLog();
        await log.CreateTopicsAsync([new(Topic, 4)], Cancellation);
        for (var number = 0; number < texts; number++)
        {
            await log.AppendAsync([new NewRecord(
                Topic,
                Encoding.UTF8.GetBytes($"p{number}"),
                Encoding.UTF8.GetBytes(Text($"p{number}")),
                DateTimeOffset.UnixEpoch)], Cancellation);
        }
    }

    private static string Text(string id) =>
        $$"""{"id":"{{id}}","text":"Shares of company {{id}} rise after strong earnings","occurredAt":"2026-01-05T09:00:00Z","""
        + $$""" "attributes":{"blob":"{{Blob}}"} }""";

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, int first)
    {
        using var body = new StringContent(
            $"[{string.Join(',', Enumerable.Range(first, InOne).Select(static number => Text($"h{number}")))}]",
            Encoding.UTF8,
            "application/json");
        using var answer = await client.PostAsync("/v1/texts?pipeline=financial-news", body, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Waits until all of them have an outcome and the read side shows all outcomes.</summary>
    private static async Task ProcessedAsync(HttpClient client, int texts, string outcome)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var tries = 0; tries < 3_000; tries++)
        {
            var status = await client.GetFromJsonAsync<JsonElement>("/v1/status", Cancellation);
            if (status.TryGetProperty("ledger", out var ledger) && ledger.GetProperty("total").GetProperty(outcome).GetInt64() >= texts
                && status.GetProperty("stateStore").TryGetProperty("lag", out var lag) && lag.GetInt64() == 0)
            {
                return;
            }

            await pause.WaitForNextTickAsync(Cancellation);
        }
        Assert.Fail($"Not all {texts} texts were processed.");
    }

    /// <summary>The small reads of before, all at once, with the pages of the dashboard.</summary>
    private static async Task<IReadOnlyDictionary<string, HttpStatusCode>> ReadAsync(HttpClient client)
    {
        string[] paths =
        [
            .. Enumerable.Range(0, 12)
                .Select(static number => $"/v1/predictions?limit=1000&label={(number % 3 == 0 ? "" : "positive")}&n={number}"),
            "/v1/predictions?limit=1000&pipeline=financial-news", "/v1/dead-letters?limit=1000", "/v1/trends", "/v1/alerts?state=all",
                "/v1/models", "/v1/status", "/v1/pipelines",
            "/", "/?n=1", "/alerts", "/models", "/dead-letters", "/metrics",
        ];
        var statuses = await Task.WhenAll(paths.Select(async path =>
        {
            using var answer = await client.GetAsync(path.Replace("&label=&", "&", StringComparison.Ordinal), Cancellation);
            await answer.Content.CopyToAsync(Stream.Null, Cancellation);
            return (path, answer.StatusCode);
        }));
        return statuses.ToDictionary(static answer => answer.path, static answer => answer.StatusCode);
    }

    private static void Report(
        StreamBertProcess process,
        string which,
        IReadOnlyDictionary<string, HttpStatusCode> statuses) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{Texts} texts of {AttributeBytes:N0} bytes, {which}: peak {process.PeakBytes / 1048576.0:F0} "
            + $"MiB, {statuses.Count} reads, {statuses.Values.Count(static status => status == HttpStatusCode.OK)} answered 200"));
}
