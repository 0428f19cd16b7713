using StreamBert.Contracts;

namespace StreamBert.Streaming.Annotators;

/// <summary>Identifies the label of one annotator on one head of a text; the last event about it applies.</summary>
public readonly record struct AnnotationKey(string Pipeline, string Id, string Head, string Annotator)
{
    /// <summary>Returns the key of a label.</summary>
    public static AnnotationKey Of(FeedbackReceived feedback) => new(feedback.Pipeline, feedback.Id, feedback.Head, feedback.Annotator);

    /// <summary>Returns the key of the label that is withdrawn.</summary>
    public static AnnotationKey Of(FeedbackWithdrawn withdrawal) =>
        new(withdrawal.Pipeline, withdrawal.Id, withdrawal.Head, withdrawal.Annotator);
}
