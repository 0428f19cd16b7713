using StreamBert.Contracts;

namespace StreamBert.Operations.Annotators;

/// <summary>Counts the labels of one annotator.</summary>
internal sealed class AnnotatorCounts
{
    private readonly SortedSet<string> _pipelines = new(StringComparer.Ordinal);

    public long Labels { get; private set; }

    public DateTimeOffset? LastLabelAt { get; private set; }

    public IReadOnlyList<string> Pipelines => [.. _pipelines];

    public void Add(FeedbackReceived feedback)
    {
        Labels++;
        _pipelines.Add(feedback.Pipeline);
        LastLabelAt = LastLabelAt is { } last && last > feedback.OccurredAt ? last : feedback.OccurredAt;
    }
}
