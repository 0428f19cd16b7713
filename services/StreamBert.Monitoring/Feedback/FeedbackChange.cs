namespace StreamBert.Monitoring.Feedback;

/// <summary>What an annotator did with the label of one text and head since the window before closed.</summary>
/// <param name="Key">The hash of text, head and annotator.</param>
/// <param name="Given">The label that counts from now on; null if it was withdrawn.</param>
/// <param name="Former">What was counted of this annotator, text and head before; null if nothing was.</param>
internal sealed record FeedbackChange(ulong Key, LabelledPrediction? Given, CountedLabel? Former = null)
{
    /// <summary>Whether the annotator labels the text for the first time. What is sequential, as ADWIN is, counts only that.</summary>
    public bool IsFirst => Former is null;

    /// <summary>The label that does not count any more; null if none does.</summary>
    public CountedLabel? Removed => Former is { IsWithdrawn: false } ? Former : null;
}
