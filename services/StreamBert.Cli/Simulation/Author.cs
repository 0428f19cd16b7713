using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Simulation;

/// <summary>
/// Writes the texts of one stream: given the flows of the moment, how many are due and which. The same seed and the same calls write the
/// same texts; <paramref name="session"/> keeps the ids of two runs apart.
/// </summary>
internal abstract class Author(string stream, string session, int seed)
{
    /// <summary>After a pause longer than this (a laptop that slept) the missed texts are not written.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(1);

    private long _count;

    protected Random Random { get; } = new(seed);

    /// <summary>
    /// The texts due for a span that ends at <paramref name="now"/>: arrivals at random, as many a second as the flows say.
    /// </summary>
    public IReadOnlyList<TextReceived> Write(IReadOnlyList<Flow> flows, TimeSpan span, DateTimeOffset now)
    {
        var gap = span < LongestGap ? span : LongestGap;
        var texts = new List<TextReceived>();
        foreach (var flow in flows)
        {
            for (var due = Poisson(flow.PerSecond * gap.TotalSeconds); due > 0; due--)
                texts.Add(Text(flow, now - Random.NextDouble() * gap));
        }

        texts.Sort(static (a, b) => a.OccurredAt.CompareTo(b.OccurredAt));
        return texts;
    }

    protected abstract (string Text, string Subject, Dictionary<string, string> Attributes) Compose(string kind, string mood);

    protected string OneOf(params ReadOnlySpan<string> values) => values[Random.Next(values.Length)];

    private TextReceived Text(Flow flow, DateTimeOffset occurredAt)
    {
        var (text, subject, attributes) = Compose(flow.Kind, Mood(flow));
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

    private string Mood(Flow flow)
    {
        var draw = Random.NextDouble();
        return draw < flow.Negative ? "negative" : draw < flow.Negative + flow.Positive ? "positive" : "neutral";
    }

    /// <summary>Knuth's method; the means here are small.</summary>
    private int Poisson(double mean)
    {
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = Random.NextDouble(); product > limit; product *= Random.NextDouble())
            count++;
        return count;
    }
}

/// <summary>Finance headlines; a flow's kind is the topic.</summary>
internal sealed class NewsAuthor(string session, int seed) : Author("news", session, seed)
{
    private static readonly Grammar Headlines = Grammar.Load("news");

    protected override (string, string, Dictionary<string, string>) Compose(string kind, string mood) =>
        (Headlines.Write($"{kind}: {mood}", Random), $"desk-{Random.Next(1, 41)}", new()
        {
            ["channel"] = OneOf("wire", "social", "blog"),
            ["region"] = OneOf("americas", "europe", "asia"),
        });
}

/// <summary>Support chats; a flow's kind is the region.</summary>
internal sealed class ChatAuthor(string session, int seed) : Author("chat", session, seed)
{
    private static readonly Grammar Messages = Grammar.Load("chats");

    protected override (string, string, Dictionary<string, string>) Compose(string kind, string mood) =>
        (Messages.Write(mood, Random), $"customer-{Random.Next(1, 4001)}", new()
        {
            ["channel"] = OneOf("app", "web", "email"),
            ["region"] = kind,
        });
}
