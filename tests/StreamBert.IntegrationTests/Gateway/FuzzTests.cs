using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using StreamBert.Contracts;
using StreamBert.Tests.Fuzzing;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Requests that are almost right, over real HTTP to a whole Gateway: each is answered, and none with a failure of ours.</summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const double Share = 0.1;
    private const int AtOnce = 4;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private RedisServer _redis = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayHost.StartAsync(
            _redis.ConnectionString,
            ("Gateway:ClassifyDeadline", "00:00:00.200"),
            ("Gateway:MaxClassifyDeadline", "00:00:00.400"),
            ("Redis:Timeout", "00:00:10"));
        await _gateway.GetUntilAsync("/health/ready", static answer => answer.GetProperty("status").GetString() == "ready");
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Random_requests_never_cause_internal_errors()
    {
        var corpus = Corpus.Of("requests").Select(static seed => Asked.Read(seed.Content)).ToList();
        var (mutations, faults, statuses) = (Asked.Of(corpus), new ConcurrentBag<string>(), new ConcurrentDictionary<int, int>());
        var inputs = Enumerable.Range(1, (int)(Fuzzer.Inputs * Share))
            .Select(number => mutations.Generate(new PCG((uint)Fuzzer.Seed, (ulong)number), null, out _));
        await Parallel.ForEachAsync(corpus.Concat(inputs), new ParallelOptions
        {
            MaxDegreeOfParallelism = AtOnce,
            CancellationToken = Cancellation
        }, async (asked, cancellation) =>
        {
            if (faults.Count < 10 && await FaultAsync(asked, statuses, cancellation) is { } fault) faults.Add($"{asked}: {fault}");
        });

        Assert.True(faults.IsEmpty, string.Join("\n\n", faults));
        Assert.True(statuses.ContainsKey(200) && statuses.ContainsKey(202) && statuses.ContainsKey(400));
        TestContext.Current.TestOutputHelper?.WriteLine("fuzzed requests: "
            + string.Join(", ", statuses.OrderBy(static status => status.Key).Select(static status => $"{status.Key}: {status.Value}")));
    }

    [Fact]
    public async Task Foreign_records_block_neither_the_event_stream_nor_the_projection()
    {
        string[] topics = [Topics.Predictions, Topics.DeadLetter, Topics.Trends, Topics.Alerts, Topics.Models];
        string[] types = [nameof(TextClassified), nameof(DeadLettered), nameof(TrendUpdated), nameof(AlertRaised), nameof(AlertResolved),
            nameof(ModelTrained), nameof(ModelPromoted), nameof(ModelRolledBack)];
        var corpus = Corpus.Of("events").Select(static seed => seed.Content).ToList();
        var mutations = Mutation.Of(corpus);
        var values = corpus.Concat(Enumerable.Range(1, (int)(Fuzzer.Inputs * Share))
            .Select(number => mutations.Generate(new PCG((uint)Fuzzer.Seed, (ulong)number), null, out _)));
        foreach (var chunk in values.Chunk(100))
        {
            await _gateway.Log.AppendAsync(
                [.. chunk.SelectMany(value => topics.SelectMany(topic => types.Select(type => Record(topic, type, value))))],
                Cancellation);
        }

        await _gateway.Log
            .AppendAsync([.. topics.Select(topic => Record(topic, nameof(TextClassified), Wire.Serialize(Good(topic))))], Cancellation);

        await _gateway.GetUntilAsync("/v1/predictions/good-predictions", static _ => true);
        foreach (var path in (string[])["/v1/predictions", "/v1/trends", "/v1/alerts?state=all", "/v1/models", "/v1/status",
            "/v1/dead-letters", "/v1/pipelines", "/info", "/v2/models/financial-news"])
        {
            using var answer = await _gateway.Client.GetAsync(path, Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
        }
        await _gateway.GetUntilAsync("/health/ready", static answer => answer.GetProperty("status").GetString() == "ready");
    }

    private async Task<string?> FaultAsync(Asked asked, ConcurrentDictionary<int, int> statuses, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Timeout);
        try
        {
            using var request = asked.ToMessage(_gateway.Client.BaseAddress!);
            using var answer = await _gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            statuses.AddOrUpdate((int)answer.StatusCode, 1, static (_, count) => count + 1);
            if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream") return null;
            var body = await answer.Content.ReadAsStringAsync(patience.Token);
            return answer.StatusCode == HttpStatusCode.InternalServerError ? $"500 {body}"
                : answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true && !IsJson(body)
                    ? $"no JSON: {body}"
                    : null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return $"no answer within {Timeout.TotalSeconds} s";
        }
        catch (HttpRequestException e)
        {
            return $"the connection broke: {e.Message}";
        }
    }

    private static bool IsJson(string body)
    {
        try
        {
            System.Text.Json.JsonDocument.Parse(body).Dispose();
            return true;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private static Streaming.Log.NewRecord Record(string topic, string type, byte[] value) =>
        new(topic, null, value, DateTimeOffset.UnixEpoch)
        {
            Headers = new Dictionary<string, byte[]> { [RecordHeaders.Type] = Encoding.UTF8.GetBytes(type) }
        };

    private static TextClassified Good(string topic) => new()
    {
        Id = $"good-{topic}",
        Pipeline = "financial-news",
        ModelVersion = "default-v1",
        OccurredAt = DateTimeOffset.UnixEpoch,
        ClassifiedAt = TimeProvider.System.GetUtcNow(),
        Heads = new Dictionary<string, HeadPrediction>
        {
            ["sentiment"] = new("positive", 1, new Dictionary<string, double> { ["positive"] = 1 })
        },
        Tokens = 3,
        Origin = new(Topics.Texts("financial-news"), 0, 0),
        Timings = new(1, 1, 1),
    };

    /// <summary>
    /// A request: a line with method, target and perhaps media type and length of the JSON before a tensor; then the body.
    /// </summary>
    private sealed record Asked(string Method, byte[] Target, string[] Declared, byte[] Body)
    {
        public static Asked Read(byte[] seed)
        {
            var end = Array.IndexOf(seed, (byte)'\n');
            var line = Encoding.UTF8.GetString(seed, 0, end).Split(' ');
            return new(line[0], Encoding.UTF8.GetBytes(line[1]), line[2..], seed[(end + 1)..]);
        }

        /// <summary>Of what is posted mostly the body is changed, of questions the target.</summary>
        public static Gen<Asked> Of(IReadOnlyList<Asked> corpus)
        {
            var bodies = corpus.Select(static asked => asked.Body).Where(static body => body.Length > 0).ToList();
            return Gen.Int[0, corpus.Count - 1].SelectMany(chosen =>
            {
                var asked = corpus[chosen];
                var targets = Mutation.Of([asked.Target, corpus[(chosen + 1) % corpus.Count].Target])
                    .Select(target => asked with { Target = target });
                var posted = Mutation.Of([asked.Body, asked.Body, bodies[chosen % bodies.Count]])
                    .Select(body => asked with { Body = body });
                return asked.Body.Length > 0 ? Gen.Frequency((5, posted), (1, targets)) : targets;
            });
        }

        public HttpRequestMessage ToMessage(Uri address)
        {
            var request = new HttpRequestMessage(
                new(Method),
                new Uri($"{address.Scheme}://{address.Authority}/{Escaped(Target.AsSpan().TrimStart((byte)'/'))}"));
            if (Method == "GET") return request;
            request.Content = new ByteArrayContent(Body);
            if (Declared.Length > 0) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(Declared[0]);
            if (Declared.Length > 1) request.Headers.Add("Inference-Header-Content-Length", Declared[1]);
            return request;
        }

        public override string ToString() => $"{Method} {Escaped(Target)} {string.Join(' ', Declared)} {Encoding.UTF8.GetString(Body)} "
            + $"(base64 {Convert.ToBase64String(Body)})";

        private static string Escaped(ReadOnlySpan<byte> target)
        {
            var escaped = new StringBuilder();
            foreach (var value in target[..Math.Min(target.Length, 6_000)])
            {
                escaped.Append(char.IsAsciiLetterOrDigit((char)value) || "/?&=%:,-._~".Contains((char)value, StringComparison.Ordinal)
                    ? $"{(char)value}"
                    : $"%{value:X2}");
            }

            return $"{escaped}";
        }
    }
}
