using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>The label that a person gave to a text, with the text.</summary>
internal sealed record LabelledFeedback(string Text, string Head, string Label, DateTimeOffset OccurredAt)
{
    /// <summary>The positions in the log of the labels on this text that it results from.</summary>
    public IReadOnlyList<RecordPosition> Positions { get; init; } = [];

    public FeedbackKey Key => new(TextNormalizer.Normalize(Text), Head);
}
