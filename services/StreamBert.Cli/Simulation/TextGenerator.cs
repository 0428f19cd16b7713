using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Simulation;

/// <summary>
/// Generates the texts of one stream at the given rates. The same seed and the same calls generate the same texts; <paramref
/// name="session"/> distinguishes the ids of two runs.
/// </summary>
internal abstract class TextGenerator(string stream, string session, int seed)
{
    /// <summary>After a longer pause, such as the sleep of a laptop, the texts of the pause are not generated.</summary>
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(1);

    private long _count;

    protected Random Random { get; } = new(seed);

    /// <summary>Generates the texts of an interval that ends at <paramref name="now"/>, with random arrival times.</summary>
    public IReadOnlyList<TextReceived> Generate(IReadOnlyList<TextRate> rates, TimeSpan interval, DateTimeOffset now)
    {
        var limited = interval < MaxInterval ? interval : MaxInterval;
        var texts = new List<TextReceived>();
        foreach (var rate in rates)
        {
            for (var count = DrawPoisson(rate.PerSecond * limited.TotalSeconds); count > 0; count--)
                texts.Add(GenerateText(rate, now - Random.NextDouble() * limited));
        }
        texts.Sort(static (a, b) => a.OccurredAt.CompareTo(b.OccurredAt));
        return texts;
    }

    protected abstract (string Text, string? Subject, Dictionary<string, string> Attributes) Compose(string kind, string sentiment);

    protected string Pick(params ReadOnlySpan<string> values) => values[Random.Next(values.Length)];

    private TextReceived GenerateText(TextRate rate, DateTimeOffset occurredAt)
    {
        var (text, subject, attributes) = Compose(rate.Kind, DrawSentiment(rate));
        var number = (++_count).ToString(CultureInfo.InvariantCulture);
        return new()
        {
            Id = $"{stream}-{session}-{number}",
            Text = text,
            Source = $"simulator/{stream}",
            Subject = subject,
            Language = "en",
            OccurredAt = occurredAt,
            Attributes = attributes,
        };
    }

    private string DrawSentiment(TextRate rate)
    {
        var draw = Random.NextDouble();
        return draw < rate.Negative ? "negative" : draw < rate.Negative + rate.Positive ? "positive" : "neutral";
    }

    /// <summary>Draws from a Poisson distribution by Knuth's method, which suits small means.</summary>
    private int DrawPoisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = Random.NextDouble(); product > limit; product *= Random.NextDouble())
            count++;
        return count;
    }
}
