using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Training.Annotators;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>Assesses the annotators of feedback by what the champion says about the texts.</summary>
internal static class FeedbackAssessment
{
    /// <summary>The number of labels that are assessed, the newest: more show nothing new, and each needs a forward pass.</summary>
    private const int MaximumLabels = 4_000;

    /// <param name="champion">The serving model.</param>
    /// <param name="feedback">The feedback with the labels of all annotators.</param>
    /// <param name="anchor">The anchor of the champion, of which the part is used that it was not trained on.</param>
    /// <param name="options">When an annotator counts as unreliable.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static AnnotatorAssessment Assess(
        TextClassifier champion, ResolvedFeedback feedback, IReadOnlyList<AnchorText> anchor, AnnotatorGateOptions options,
        CancellationToken cancellation)
    {
        var labels = feedback.Given.TakeLast(MaximumLabels).ToList();
        var anchored = anchor.Where(static text => text.Part == AnchorText.EvaluationPart).ToList();
        var texts = labels.Select(static label => label.Text).Concat(anchored.Select(static text => text.Text)).Distinct();
        var answers = BatchedAnswers.Of(champion, texts, cancellation)
            .ToDictionary(static answered => answered.Text, static answered => answered.Answer);
        var judged = labels.Select(label => new JudgedLabel(
            new(label.Item, label.Annotators[0], label.Label), label.Group, label.Pipeline, label.Head, answers[label.Text])
        {
            Slices = label.Slices,
        });
        return new AnnotatorAssessor(options).Assess(
            [.. judged], anchored.ToLookup(static text => text.Head, text => (answers[text.Text], text.Label)), champion.Heads,
            cancellation);
    }
}
