using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>Identifies the label of one annotator on one head of a text; the last event about it applies.</summary>
internal readonly record struct AnnotationKey(string Pipeline, string Id, string Head, string Annotator)
{
    public static AnnotationKey Of(FeedbackReceived feedback) => new(feedback.Pipeline, feedback.Id, feedback.Head, feedback.Annotator);

    public static AnnotationKey Of(FeedbackWithdrawn withdrawal) =>
        new(withdrawal.Pipeline, withdrawal.Id, withdrawal.Head, withdrawal.Annotator);
}
