using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring;

/// <summary>
/// The part of Inference for tests of the monitor: gives texts their places in an input topic, and reports the progress with each.
/// </summary>
internal sealed class InputFeed(int partitions = 4, string topic = "texts.financial-news")
{
    private readonly long[] _next = new long[partitions];

    /// <summary>A text as it was classified from the next offset of an input partition.</summary>
    public TextClassified Place(TextClassified text, int partition) => text with { Origin = new(topic, partition, _next[partition]++) };

    /// <summary>A text, and the progress of a worker that has processed everything up to it.</summary>
    /// <param name="receivedAt">When the log received it; null: at its event time.</param>
    public IEnumerable<MonitorInput> Take(TextClassified text, int partition = 0, DateTimeOffset? receivedAt = null)
    {
        var placed = Place(text, partition);
        var progress = Progress([placed], receivedAt ?? text.OccurredAt);
        return [new MonitorInput.Prediction(placed, partition), new MonitorInput.Progress(progress)];
    }

    /// <summary>The progress of a step with these texts, after which nothing is left in the topic.</summary>
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
