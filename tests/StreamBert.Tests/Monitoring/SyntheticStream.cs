using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring;

/// <summary>
/// A seeded stream of predictions whose distribution is a function of the seconds since its start. Texts are spread evenly over four
/// partitions, a little late and out of order, as from a real inference service.
/// </summary>
internal sealed class SyntheticStream(int seed)
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 3, TimeSpan.Zero);

    private static readonly string[] Regions = ["east", "north", "south", "west"];
    private static readonly string[] Calm = ["shares", "steady", "results", "outlook", "report", "quarter", "guidance"];
    private static readonly string[] Bad = ["spill", "explosion", "pipeline", "evacuated"];

    public static PipelineOptions Pipeline { get; } = new()
    {
        Name = "financial-news",
        Heads = ["sentiment", "topic"],
        Monitor = new()
        {
            Window = TimeSpan.FromSeconds(10),
            AllowedLateness = TimeSpan.FromSeconds(2),
            Rules = new() { Segments = ["head:topic"], Fairness = [new() { Attribute = "region" }] },
        },
    };

    /// <summary>Texts per second.</summary>
    public Func<double, double> Rate { get; init; } = static _ => 30;

    /// <summary>Weight of each topic.</summary>
    public Func<double, string, double> Weight { get; init; } = static (_, _) => 1;

    /// <summary>Share of negative texts, by second, topic and region.</summary>
    public Func<double, string, string, double> Negative { get; init; } = static (_, _, _) => 0.2;

    /// <summary>Share of positive texts among the rest.</summary>
    public Func<double, double> Positive { get; init; } = static _ => 0.35;
    public Func<double, double> Confidence { get; init; } = static _ => 0.8;
    public IReadOnlyList<string> Topics { get; init; }
        = ["Energy | Oil", "Macro", "Earnings", "Markets", "Politics", "Legal", "Currencies", "M&A"];
    public Func<double, string> Version { get; init; } = static _ => "default-v1";

    /// <summary>The texts in order of arrival, with the partition each comes from.</summary>
    public IEnumerable<(TextClassified Text, int Partition, DateTimeOffset ArrivesAt)> Play(double seconds)
    {
        var random = new Random(seed);
        double time = 0;
        for (var i = 0; ; i++)
        {
            var rate = Rate(time);
            time += rate > 0 ? -Math.Log(1 - random.NextDouble()) / rate : 0.1;
            if (time >= seconds)
                yield break;
            if (rate == 0)
                continue;
            var arrives = Start.AddSeconds(time);
            yield return (Text(random, i, time, arrives.AddMilliseconds(-random.Next(20, 600))), random.Next(4), arrives);
        }
    }

    private TextClassified Text(Random random, int number, double time, DateTimeOffset occurredAt)
    {
        var topic = Draw(random, Topics, name => Weight(time, name));
        var region = Regions[random.Next(Regions.Length)];
        var sentiment = random.NextDouble() < Negative(time, topic, region)
            ? "negative"
            : random.NextDouble() < Positive(time) ? "positive" : "neutral";
        var unusual = Negative(time, topic, region) > 0.6 && sentiment == "negative";
        return new()
        {
            Id = $"t-{number}",
            Pipeline = Pipeline.Name,
            ModelVersion = Version(time),
            OccurredAt = occurredAt,
            ClassifiedAt = occurredAt,
            Heads = new Dictionary<string, HeadPrediction>
            {
                ["sentiment"] = Answer(random, time, sentiment),
                ["topic"] = Answer(random, time, topic)
            },
            Attributes = new Dictionary<string, string> { ["region"] = region },
            Tokens = 12,
            Origin = new("texts.financial-news", 0, number),
            Text = $"{Pick(random, Calm)} {Pick(random, Calm)} "
                + $"{(unusual ? $"{Pick(random, Bad)} {Pick(random, Bad)}" : Pick(random, Calm))} {number}",
            Timings = new(1, 1, 1),
        };
    }

    private HeadPrediction Answer(Random random, double time, string label) =>
        new(
            label,
            Math.Clamp(Confidence(time) + 0.15 * (random.NextDouble() + random.NextDouble() - 1), 0, 1),
            new Dictionary<string, double>());

    private static string Draw(Random random, IReadOnlyList<string> names, Func<string, double> weight)
    {
        var at = random.NextDouble() * names.Sum(weight);
        foreach (var name in names)
        {
            at -= weight(name);
            if (at < 0)
                return name;
        }
        return names[^1];
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
