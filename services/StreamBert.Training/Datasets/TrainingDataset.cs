using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Profiles;

namespace StreamBert.Training.Datasets;

/// <summary>The dataset of a run.</summary>
/// <param name="Feedback">The texts with labels from people.</param>
/// <param name="Replay">The texts with predictions of the champion.</param>
internal sealed record TrainingDataset(DatasetSplit Feedback, DatasetSplit Replay)
{
    public const string FeedbackName = "held-out feedback";
    public const string ReplayName = "held-out replay";

    public int FeedbackCount => Feedback.Train.Count + Feedback.HeldOut.Count;

    public int ReplayCount => Replay.Train.Count + Replay.HeldOut.Count;

    public IReadOnlyList<LabelledText> Train => [.. Feedback.Train, .. Replay.Train];

    public IReadOnlyList<LabelledText> HeldOut => [.. Feedback.HeldOut, .. Replay.HeldOut];

    /// <summary>The different texts: a sample of the recent stream.</summary>
    public IReadOnlyList<string> Texts => [.. Train.Concat(HeldOut).Select(static example => example.Text).Distinct()];

    public static TrainingDataset Create(
        IReadOnlyList<LabelledFeedback> feedback, IReadOnlyList<LabelledText> replay, double heldOutShare) =>
        new(
            DatasetSplit.Create([.. feedback.Select(static label => new LabelledText(label.Text, label.Head, label.Label))], heldOutShare),
            DatasetSplit.Create(replay, heldOutShare));

    /// <summary>Evaluates a model on the held-out feedback; returns a report for each head.</summary>
    public IReadOnlyList<ClassificationReport> EvaluateOnFeedback(TextClassifier model) => Evaluate(model, Feedback.HeldOut, FeedbackName);

    /// <summary>Evaluates a model on the held-out replay texts; the accuracy is the agreement with the champion.</summary>
    public IReadOnlyList<ClassificationReport> EvaluateOnReplay(TextClassifier model) => Evaluate(model, Replay.HeldOut, ReplayName);

    /// <summary>
    /// Measures the reference profile of a model on the held-out texts, without embeddings: people may ask to have these texts erased.
    /// </summary>
    public ReferenceProfile Profile(TextClassifier model) => ProfileBuilder.Measure(
        model, Replay.HeldOut.Concat(Feedback.HeldOut).Select(static example => example.Text).Distinct(), "held-out recent texts",
        hasEmbeddings: false);

    private static IReadOnlyList<ClassificationReport> Evaluate(TextClassifier model, IReadOnlyList<LabelledText> examples, string name) =>
    [
        .. examples.Select(static example => example.Head).Distinct().Order(StringComparer.Ordinal)
            .Select(head => Evaluator.Evaluate(model, examples, head, name)),
    ];
}
