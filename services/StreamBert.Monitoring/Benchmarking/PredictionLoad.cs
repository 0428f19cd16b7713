using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Benchmarking;

/// <summary>
/// A seeded stream of predictions as Inference writes them, with scores, attributes, embedding and text, and the progress of their input.
/// Its segments give the wanted number of series, and some of its texts are copies of one story.
/// </summary>
internal sealed class PredictionLoad
{
    private const int Topics = 20, StepTexts = 500, RecentStories = 50;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Sentiments = ["negative", "neutral", "positive"];
    private static readonly string[] Regions = ["east", "north", "south", "west"];
    private static readonly string[] TopicLabels = [.. Enumerable.Range(0, Topics).Select(static topic => $"Topic {topic}")];
    private static readonly string[] Words =
    [
        "shares", "rally", "bank", "profit", "warning", "oil", "price", "central", "rate", "cut", "merger", "talks", "outlook", "quarter",
        "guidance", "lawsuit", "regulator", "supply", "chip", "energy", "retail", "bond", "yield", "growth", "slump",
    ];

    private readonly Random _random = new(11);
    private readonly string[] _desks;
    private readonly TimeSpan _gap;
    private readonly Queue<string> _stories = [];
    private long _texts, _progress;

    /// <param name="series">The number of series of the pipeline.</param>
    /// <param name="textsPerWindow">The number of texts in one window of a minute.</param>
    public PredictionLoad(int series, int textsPerWindow)
    {
        // Two heads count in all and in each desk; sentiment also in each topic.
        _desks = [.. Enumerable.Range(0, Math.Max(1, (series - Topics - 2) / 2)).Select(static desk => $"desk {desk}")];
        _gap = TimeSpan.FromMinutes(1) / textsPerWindow;
        Pipeline = new()
        {
            Name = "financial-news",
            Heads = ["sentiment", "topic"],
            Monitor = new()
            {
                Rules = new()
                {
                    Segments = ["head:topic", "attribute:desk"],
                    Volume = new() { Segments = ["attribute:desk"] },
                    Fairness = [new() { Attribute = "region" }],
                },
            },
        };
    }

    /// <summary>The pipeline, in which everything is watched.</summary>
    public PipelineOptions Pipeline { get; }

    /// <summary>The number of segments of the largest dimension.</summary>
    public int Segments => _desks.Length;

    /// <summary>The event time that has passed.</summary>
    public TimeSpan Elapsed => _gap * _texts;

    /// <summary>Returns the records of the next texts: their predictions, and the progress of each step.</summary>
    public List<LogRecord> Next(int texts)
    {
        List<LogRecord> records = [];
        for (var left = texts; left > 0; left -= StepTexts)
        {
            var (from, count) = (_texts, Math.Min(left, StepTexts));
            for (var text = 0; text < count; text++)
                records.Add(Record(Contracts.Topics.Predictions, _texts, Wire.Serialize(Text())));
            records.Add(Record(Contracts.Topics.Progress, _progress++, Wire.Serialize(Progress(from))));
        }
        return records;
    }

    private static LogRecord Record(string topic, long offset, byte[] value) =>
        new(new(topic, 0, offset), null, value, EventRecord.HeadersFor<TextClassified>(), Start) { ReceivedAt = Start.AddYears(10) };

    private InputProgress Progress(long from) => new()
    {
        Topic = Pipeline.Inputs[0],
        Partitions = [new(0, from, _texts, [new(from, _texts)], Start + Elapsed)],
        Ends = new Dictionary<string, IReadOnlyList<long>> { [Pipeline.Inputs[0]] = [_texts] },
        At = Start + Elapsed,
        Delay = TimeSpan.FromSeconds(1),
    };

    private TextClassified Text()
    {
        var (number, region) = (_texts, Regions[_random.Next(Regions.Length)]);
        var occurredAt = Start + Elapsed;
        _texts++;
        var text = _stories.Count > 0 && _random.Next(4) == 0 ? _stories.ElementAt(_random.Next(_stories.Count)) : Story(number);
        return new()
        {
            Id = $"news-{number:x10}",
            Pipeline = Pipeline.Name,
            ModelVersion = "financial-news-20260301",
            OccurredAt = occurredAt,
            ClassifiedAt = occurredAt.AddSeconds(1),
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = Answer(Sentiments),
                ["topic"] = Answer(TopicLabels),
            },
            Attributes = new Dictionary<string, string> { ["desk"] = _desks[_random.Next(_desks.Length)], ["region"] = region },
            Source = "wire",
            Tokens = 10 + _random.Next(30),
            UnknownTokens = _random.Next(20) == 0 ? 1 : 0,
            Story = SimHash.Format(SimHash.Of(text)),
            Embedding = [.. Enumerable.Range(0, 32).Select(_ => (float)Math.Round(_random.NextDouble() - 0.5, 4))],
            Origin = new(Pipeline.Inputs[0], 0, number),
            Text = text,
            Timings = new(3.2, 11.5, 64),
        };
    }

    private string Story(long number)
    {
        var story = $"{string.Join(' ', Enumerable.Range(0, 12).Select(_ => Words[_random.Next(Words.Length)]))} {number}";
        _stories.Enqueue(story);
        if (_stories.Count > RecentStories)
            _stories.Dequeue();
        return story;
    }

    private HeadPrediction Answer(string[] labels)
    {
        var scores = labels.Select(_ => Math.Pow(_random.NextDouble(), 4) + 0.001).ToArray();
        var (sum, best) = (scores.Sum(), Array.IndexOf(scores, scores.Max()));
        return new(
            labels[best], Math.Round(scores[best] / sum, 6),
            labels.Zip(scores).ToDictionary(static pair => pair.First, pair => Math.Round(pair.Second / sum, 6)));
    }
}
