using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring;

/// <summary>
/// Simulates Inference: it assigns texts to offsets of an input topic, and reports the progress with each.
/// </summary>
internal sealed class InputFeed(int partitions = 4, string topic = "texts.financial-news")
{
    private readonly long[] _next = new long[partitions];

    /// <summary>Returns the text with the next offset of an input partition as its origin.</summary>
    public TextClassified Place(TextClassified text, int partition) => text with { Origin = new(topic, partition, _next[partition]++) };

    /// <summary>Returns a text, and the progress of a worker that has processed everything up to it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="partition">The input partition.</param>
    /// <param name="receivedAt">The time at which the log received it; null for its event time.</param>
    public IEnumerable<MonitorInput> Take(TextClassified text, int partition = 0, DateTimeOffset? receivedAt = null)
    {
        var placed = Place(text, partition);
        var progress = Progress([placed], receivedAt ?? text.OccurredAt);
        return [new MonitorInput.Prediction(placed, partition), new MonitorInput.Progress(progress)];
    }

    /// <summary>Returns the progress of a step with these texts, after which the topic has no lag.</summary>
    public InputProgress Progress(IReadOnlyList<TextClassified> texts, DateTimeOffset at) => new()
    {
        Topic = topic,
        Partitions = [.. texts.GroupBy(static text => text.Origin.Partition).OrderBy(static part => part.Key).Select(Of)],
        At = at,
        Ends = new Dictionary<string, IReadOnlyList<long>> { [topic] = [.. _next] },
        Delay = texts.Count == 0 ? null : texts.Max(text => at > text.OccurredAt ? at - text.OccurredAt : TimeSpan.Zero),
    };

    private static PartitionProgress Of(IGrouping<int, TextClassified> texts)
    {
        var (from, next) = (texts.Min(static text => text.Origin.Offset), texts.Max(static text => text.Origin.Offset) + 1);
        return new(texts.Key, from, next, [new(from, next)], texts.Max(static text => text.OccurredAt));
    }
}
