using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Generates invalid records for every topic: arbitrary bytes, events of other topics, and events of the topic with one invalid value. None
/// of them is a valid event about a text of the log.
/// </summary>
/// <param name="texts">An input topic.</param>
internal sealed class PoisonRecords(int seed, string texts = "texts.news")
{
    /// <summary>An offset beyond those of all tests.</summary>
    private const long Nowhere = 1_000_000_000_000_000;

    /// <summary>A value with fields of several state topics.</summary>
    private const string StateLike = """
        {
          "id": "a", "occurredAt": "2026-01-01T00:00:00Z", "counts": {}, "positions": { "predictions/0": 99999999 }, "isComplete": true,
          "letter": "x"
        }
        """;

    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecordPosition Origin = new("texts.news", 0, Nowhere);

    private static readonly string[] Values =
    [
        "null", "-1", "1e999", "-9223372036854775808", "9223372036854775807", "\"\"", "\"9999-12-31T23:59:59Z\"",
        "\"0001-01-01T00:00:00Z\"", "[]", "{}", "true", "\"\\ud800\"", "[null]", "{\"a\":null}", "1.5",
    ];

    private static readonly Dictionary<string, object> Events = new()
    {
        [Topics.Predictions] = new TextClassified
        {
            Id = "poison",
            Pipeline = "news",
            ModelVersion = "default-v1",
            OccurredAt = Noon,
            ClassifiedAt = Noon,
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = new("neutral", 0.8, new Dictionary<string, double> { ["negative"] = 0.2, ["neutral"] = 0.8 })
            },
            Tokens = 5,
            Entities = [new("ORG", 0, 1, 0.5, "sentiment")],
            Embedding = [1, 2, 3],
            Text = "a text",
            Origin = Origin,
            Timings = new(1, 2, 3),
        },
        [Topics.DeadLetter] = new DeadLettered
        {
            Origin = Origin,
            Reason = "not-json",
            Detail = "it is not JSON",
            FailedAt = Noon,
            Value = [1, 2, 3]
        },
        [Topics.Progress] = new InputProgress
        {
            Topic = "texts.news",
            Partitions = [new(0, Nowhere, Nowhere + 1, [new(Nowhere, Nowhere + 1)], Noon)],
            At = Noon,
            Ends = new Dictionary<string, IReadOnlyList<long>> { ["texts.news"] = [Nowhere, Nowhere, Nowhere] },
        },
        [Topics.Trends] = new TrendUpdated
        {
            Series = new("nobody", "sentiment", SeriesKey.All),
            Window = new(Noon, Noon.AddMinutes(1)),
            Count = 3,
            Labels = new Dictionary<string, long> { ["negative"] = 3 },
            MeanConfidence = 0.7,
        },
        [Topics.EventTime] = new EventTimeUpdated
        {
            Pipeline = "nobody",
            Texts = 1,
            Late = 0,
            TooLate = 0,
            AllowedLateness = TimeSpan.Zero
        },
        [Topics.Alerts] = new AlertResolved
        {
            Id = "poison",
            Fingerprint = "poison",
            Kind = AlertKinds.LabelSurge,
            Series = new("nobody", "sentiment", SeriesKey.All),
            ResolvedAt = Noon,
            Value = 1,
            Baseline = 1,
            Message = "It is over.",
        },
        [Topics.Models] = new ModelRolledBack
        {
            Model = "nobody",
            From = "a",
            To = "b",
            Directory = "d",
            RolledBackAt = Noon,
            By = "x",
            Reason = "y"
        },
        [Topics.Audit] = new AuditEntry { At = Noon, Actor = "a", Action = "b" },
        [Topics.Feedback] = new FeedbackReceived { Id = "a", Pipeline = "nobody", Head = "sentiment", Label = "x", OccurredAt = Noon },
        [Topics.Tokenize] = new TokenizationRequested
        {
            Id = "a",
            Pipeline = "nobody",
            Text = "t",
            WithSpecialTokens = true,
            Deadline = Noon,
        },
        [Topics.Tokens] = new TokenizationCompleted { Id = "a" },
        [Topics.RulesPreviewRequests] = new RulesPreviewRequested
        {
            Id = "a",
            Pipeline = "nobody",
            InEffect = new(),
            Proposed = new(),
            Period = TimeSpan.FromDays(7),
            Deadline = Noon,
        },
        [Topics.RulesPreviews] = new RulesPreviewed { Id = "a" },
    };

    /// <summary>The topics whose records are not events of the contract.</summary>
    private static readonly string[] Others = [Topics.MonitorState, Topics.LedgerState, Topics.DeadLetterState, Topics.ReplayState, Topics
        .Interactive];

    private readonly Random _random = new(seed);

    public IEnumerable<string> AllTopics => [.. Events.Keys, .. Others, texts];

    public NewRecord For(string topic) => new(topic, _random.Next(3) == 0 ? null : Bytes(12), Value(topic), Noon)
    {
        Headers = _random.Next(4) switch
        {
            0 => new Dictionary<string, byte[]>(),
            1 => new Dictionary<string, byte[]> { [RecordHeaders.Type] = Bytes(20), ["\u202e"] = Bytes(4) },
            2 => new Dictionary<string, byte[]>
            {
                [RecordHeaders.Type] = Encoding.UTF8.GetBytes(nameof(TokenizationCompleted)),
                [RecordHeaders.Deadline] = Bytes(8)
            },
            _ => new Dictionary<string, byte[]>
            {
                [RecordHeaders.Type] = Encoding.UTF8.GetBytes(Events.TryGetValue(topic, out var own) ? own.GetType().Name : "Nothing")
            },
        },
        Partition = 0,
    };

    private byte[]? Value(string topic) => _random.Next(8) switch
    {
        0 => null,
        1 => [],
        2 => Bytes(200),
        3 => Encoding.UTF8.GetBytes(Values[_random.Next(Values.Length)]),
        4 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 2_000))),
        5 when Others.Contains(topic) && topic != Topics.Interactive => Encoding.UTF8.GetBytes(StateLike),
        // Other events are not used here: an event with an id and a text would be a valid text.
        _ when topic == Topics.Interactive || topic == texts => Mutated(Events[Topics.Trends]),
        _ => Mutated(
            Events.TryGetValue(topic, out var own) && _random.Next(6) > 0 ? own : Events.Values.ElementAt(_random.Next(Events.Count))),
    };

    /// <summary>Replaces or removes one value of the event.</summary>
    private byte[] Mutated(object sample)
    {
        var root = JsonSerializer.SerializeToNode(sample, sample.GetType(), Wire.Options)!;
        List<JsonObject> objects = [];
        Collect(root, objects);
        var target = objects[_random.Next(objects.Count)];
        var name = target.ElementAt(_random.Next(target.Count)).Key;
        if (_random.Next(4) == 0)
            target.Remove(name);
        else
            target[name] = "@poison@";
        return Encoding.UTF8
            .GetBytes(root.ToJsonString().Replace("\"@poison@\"", Values[_random.Next(Values.Length)], StringComparison.Ordinal));
    }

    private static void Collect(JsonNode? node, List<JsonObject> objects)
    {
        if (node is JsonObject { Count: > 0 } found)
            objects.Add(found);
        foreach (var child in node switch
        {
            JsonObject o => o.Select(
            static property => property.Value),
            JsonArray a => a,
            _ => (IEnumerable<JsonNode?>)[]
        })
        {
            Collect(child, objects);
        }
    }

    private byte[] Bytes(int most)
    {
        var bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }
}
