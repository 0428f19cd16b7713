namespace StreamBert.Training.Datasets;

/// <summary>The label that a person gave to a text, with the text.</summary>
internal sealed record LabelledFeedback(string Text, string Head, string Label, DateTimeOffset OccurredAt)
{
    public FeedbackKey Key => new(TextNormalizer.Normalize(Text), Head);
}
