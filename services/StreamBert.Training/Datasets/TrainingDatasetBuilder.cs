using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;

namespace StreamBert.Training.Datasets;

/// <summary>Composes the dataset of a run from feedback, the anchor of the champion and recent texts.</summary>
/// <param name="champion">The model to start from.</param>
/// <param name="encoder">Determines what the champion reads of a text.</param>
/// <param name="anchor">The anchor of the champion.</param>
/// <param name="evaluated">The feedback that earlier runs have evaluated on.</param>
/// <param name="options">The shares and confidences.</param>
internal sealed class TrainingDatasetBuilder(
    TextClassifier champion, InputEncoder encoder, IReadOnlyList<AnchorText> anchor, EvaluatedFeedback evaluated, TrainingOptions options)
{
    public TrainingDataset Build(
        IReadOnlyList<LabelledFeedback> feedback, IReadOnlyList<string> recent, CancellationToken cancellation)
    {
        var unlike = ExcludeNearDuplicates(recent, feedback);
        var anchored = anchor.Select(static text => text.Head).ToHashSet(StringComparer.Ordinal);
        var labelledByPeople = feedback.Select(static label => label.Key).ToHashSet();
        var predicted = champion.Heads.All(head => anchored.Contains(head.Name)) ? []
            : ReplayBuffer.LabelTexts(champion, unlike, labelledByPeople, options.ReplayConfidence, cancellation)
                .Where(text => !anchored.Contains(text.Head));
        return new(Split(feedback), DatasetSplit.Create([.. predicted], options.HeldOutShare), anchor, unlike)
        {
            FairnessGroups = feedback.Where(static label => label.FairnessGroups.Count > 0).DistinctBy(static label => label.Key)
                .ToDictionary(static label => label.Key, static label => label.FairnessGroups),
            PipelineSlices = feedback.Where(static label => label.Pipeline.Length > 0).DistinctBy(static label => label.Key)
                .ToDictionary(static label => label.Key, static label => $"pipeline={label.Pipeline}"),
        };
    }

    /// <summary>
    /// Holds out feedback that is new. Feedback that an earlier run has evaluated on is trained on, and so is what resembles it or a text
    /// that the model was trained on: a model that has memorized a text seems better than it is.
    /// </summary>
    private DatasetSplit Split(IReadOnlyList<LabelledFeedback> feedback)
    {
        var training = anchor.Where(static text => text.Part == AnchorText.TrainingPart).Select(static text => text.Text).ToList();
        var groups = DuplicateGroups.Find(training.Concat(feedback.Select(static label => label.Text)).Select(encoder.Encode));
        var ofFeedback = groups.Skip(training.Count).ToList();
        var seen = groups.Take(training.Count).ToHashSet();
        seen.UnionWith(feedback.Index().Where(label => evaluated.Contains(label.Item)).Select(label => ofFeedback[label.Index]));
        return DatasetSplit.Create(
            [.. feedback.Select(static label => new LabelledText(label.Text, label.Head, label.Label))], ofFeedback, seen,
            options.HeldOutShare);
    }

    /// <summary>
    /// Removes recent texts that resemble one with feedback: the champion's prediction for it may contradict the person.
    /// </summary>
    private IReadOnlyList<string> ExcludeNearDuplicates(IReadOnlyList<string> recent, IReadOnlyList<LabelledFeedback> feedback)
    {
        var overlaps = EvaluationOverlaps.Find(encoder, recent, feedback.Select(static label => label.Text));
        return [.. recent.Where((_, index) => overlaps[index] == EvaluationOverlap.None)];
    }
}
