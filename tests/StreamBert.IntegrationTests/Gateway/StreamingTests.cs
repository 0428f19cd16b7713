using System.Net;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// The answers that come in parts, of a whole Gateway: with many parts, for a client that goes away, and with a log that fails half way.
/// </summary>
public sealed class StreamingTests : IAsyncLifetime
{
    private const int Texts = 500;
    private readonly Failing _failing = new();
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A log in which every text has two predictions.</summary>
    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(Keys.NoRedis, builder =>
        {
            builder.AddStreamBertDefaults("gateway");
            var open = builder.Services.Last(static service => service.ServiceType == typeof(IEventLog)).ImplementationFactory!;
            builder.Services.AddSingleton(services => _failing.Decorate((IEventLog)open(services)));
        });
        await _gateway.PostAsync("/v1/texts", Enumerable.Range(0, Texts).Select(static number => new { id = $"t{number}", text = "a" }));
        var predictions = await _gateway.Log.TailAsync(Topics.Predictions, new Dictionary<int, long>(), Cancellation)
            .SelectMany(static batch => batch.ToAsyncEnumerable())
            .Take(Texts)
            .ToListAsync(Cancellation);
        await _gateway.Log.AppendAsync([.. predictions.Select(
            static record => new NewRecord(Topics.Predictions, record.Key, record.Value,
                record.Timestamp) { Headers = record.Headers })], Cancellation);
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task Verify_returns_every_finding_and_ends_with_the_report()
    {
        using var response = await _gateway.Client.GetAsync("/v1/verify", Cancellation);
        var lines = await LinesAsync(response);

        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (response.StatusCode, response.Content.Headers.ContentType?.ToString()));
        Assert.Equal(Texts, lines.Count(static line => line.TryGetProperty("finding", out _)));
        Assert.True(lines[0].TryGetProperty("progress", out _));
        Assert.Equal(Texts, lines[^1].GetProperty("report").GetProperty("duplicated").GetInt64());
        var (code, said, allOutput) = await StreamBertProcess.RunAsync("verify", "--url", _gateway.Client.BaseAddress!.ToString());
        Assert.True(code == 1 && said.Contains("FAILED. 500 texts checked", StringComparison.Ordinal), allOutput);
    }

    [Fact]
    public async Task A_failure_of_the_log_ends_verify_with_a_failure_line_and_fails_the_command()
    {
        _failing.Topic = Topics.DeadLetter; // read after the predictions, which have findings

        using var response = await _gateway.Client.GetAsync("/v1/verify", Cancellation);
        var lines = await LinesAsync(response);
        var (code, said, allOutput) = await StreamBertProcess.RunAsync("verify", "--url", _gateway.Client.BaseAddress!.ToString());

        Assert.Contains(lines, static line => line.TryGetProperty("finding", out _));
        Assert.Equal("urn:streambert:problem:log-unavailable", lines[^1].GetProperty("failure").GetProperty("type").GetString());
        Assert.Equal(1, code);
        Assert.Contains("INCOMPLETE.", allOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("SOUND", said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_log_that_fails_before_the_first_line_is_a_plain_503()
    {
        _failing.Describes = false;

        using var response = await _gateway.Client.GetAsync("/v1/verify", Cancellation);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Verify_stops_when_the_client_disconnects()
    {
        _failing.Hangs = Topics.DeadLetter;
        using (var response = await _gateway.Client.GetAsync("/v1/verify", HttpCompletionOption.ResponseHeadersRead, Cancellation))
        {
            using var second = await _gateway.Client.GetAsync("/v1/verify", Cancellation);
            Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
            Assert.NotNull(second.Headers.RetryAfter);
            _failing.Hangs = null;
        }

        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await _gateway.Client.GetAsync("/v1/verify", Cancellation)).StatusCode != HttpStatusCode.OK)
        {
            await pause
            .WaitForNextTickAsync(Cancellation);
        }
    }

    [Fact]
    public async Task The_event_stream_of_a_stopping_Gateway_ends_with_a_reason()
    {
        var stopping = await GatewayHost.StartAsync(Keys.NoRedis);
        using var response = await stopping.Client.GetAsync("/v1/stream", HttpCompletionOption.ResponseHeadersRead, Cancellation);

        await stopping.StopAsync();

        Assert.Contains(
            "event: failure\ndata: {\"type\":\"urn:streambert:problem:stopping\"",
            await response.Content.ReadAsStringAsync(Cancellation),
            StringComparison.Ordinal);
        await stopping.DisposeAsync();
    }

    private static async Task<List<JsonElement>> LinesAsync(HttpResponseMessage response) =>
        [.. (await response.Content.ReadAsStringAsync(Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>Makes a log fail or hang where a test says.</summary>
    private sealed class Failing
    {
        public string? Topic { get; set; }
        public string? Hangs { get; set; }
        public bool Describes { get; set; } = true;

        public IEventLog Decorate(IEventLog log)
        {
            var proxy = DispatchProxy.Create<IEventLog, Proxy>();
            (((Proxy)(object)proxy).Log, ((Proxy)(object)proxy).Failing) = (log, this);
            return proxy;
        }

        private async IAsyncEnumerable<LogRecord> ReadAsync(
            IAsyncEnumerable<LogRecord> records,
            string topic,
            [EnumeratorCancellation] CancellationToken cancellation)
        {
            if (Hangs == topic) await Task.Delay(Timeout.Infinite, cancellation);
            await foreach (var record in records.WithCancellation(cancellation)) yield return record;
            if (Topic == topic) throw new LogUnavailableException("The disk is on fire");
        }

        public class Proxy : DispatchProxy
        {
            internal IEventLog Log { get; set; } = null!;
            internal object Failing { get; set; } = null!;

            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
            {
                var failing = (Failing)Failing;
                if (targetMethod!.Name == nameof(IEventLog.DescribeAsync) && !failing.Describes)
                    return Task.FromException<IReadOnlyList<PartitionInfo>>(new LogUnavailableException("The disk is on fire"));
                var answer = targetMethod.Invoke(Log, args);
                return targetMethod.Name == nameof(IEventLog.ReadToEndAsync)
                    ? failing.ReadAsync((IAsyncEnumerable<LogRecord>)answer!, (string)args![0]!, (CancellationToken)args[2]!)
                    : answer;
            }
        }
    }
}
