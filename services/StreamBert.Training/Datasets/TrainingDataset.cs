using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Profiles;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Training.Datasets;

/// <summary>The dataset of a run.</summary>
/// <param name="Feedback">The texts with labels from people.</param>
/// <param name="Replay">Recent texts with predictions of the champion, for heads without an anchor.</param>
/// <param name="Anchor">Labelled texts of the data that the model was built on.</param>
/// <param name="Recent">A sample of the recent stream.</param>
internal sealed record TrainingDataset(
    DatasetSplit Feedback, DatasetSplit Replay, IReadOnlyList<AnchorText> Anchor, IReadOnlyList<string> Recent)
{
    public const string FeedbackName = "held-out feedback";
    public const string AnchorName = "anchor";
    public const string ReplayName = "held-out replay";

    private const int MaxPrecisionTexts = 600;

    public int FeedbackCount => Feedback.Train.Count + Feedback.HeldOut.Count;

    public int ReplayCount => Replay.Train.Count + Replay.HeldOut.Count;

    /// <summary>The fairness groups of the texts with feedback that have some.</summary>
    public IReadOnlyDictionary<FeedbackKey, IReadOnlyList<string>> FairnessGroups { get; init; } =
        new Dictionary<FeedbackKey, IReadOnlyList<string>>();

    /// <summary>The pipeline of each text with feedback, as a slice of the evaluation: <c>pipeline=NAME</c>.</summary>
    public IReadOnlyDictionary<FeedbackKey, string> PipelineSlices { get; init; } = new Dictionary<FeedbackKey, string>();

    /// <summary>Returns the slices of a text with feedback: its pipeline and its fairness groups.</summary>
    public IReadOnlyList<string> SlicesOf(LabelledText text)
    {
        var key = new FeedbackKey(TextNormalizer.Normalize(text.Text), text.Head);
        IEnumerable<string> pipeline = PipelineSlices.TryGetValue(key, out var slice) ? [slice] : [];
        return [.. pipeline, .. FairnessGroups.GetValueOrDefault(key) ?? []];
    }

    /// <summary>The texts to train on.</summary>
    public FineTuningTexts Train => new(Feedback.Train)
    {
        Rehearsal = [.. OfAnchor(AnchorText.TrainingPart), .. Replay.Train],
        Calibration = OfAnchor(AnchorText.EvaluationPart),
    };

    public IReadOnlyList<LabelledText> HeldOut => [.. Feedback.HeldOut, .. OfAnchor(AnchorText.EvaluationPart), .. Replay.HeldOut];

    /// <summary>A sample of the held-out texts that is large enough to measure what a precision costs.</summary>
    public IReadOnlyList<LabelledText> PrecisionTexts => HeldOut is var all && all.Count <= MaxPrecisionTexts ? all
        : [.. Enumerable.Range(0, MaxPrecisionTexts).Select(i => all[(int)((long)i * all.Count / MaxPrecisionTexts)])];

    /// <summary>The different texts of the recent stream, labelled or not.</summary>
    public IReadOnlyList<string> StreamTexts =>
        [.. Feedback.Train.Concat(Feedback.HeldOut).Select(static example => example.Text).Concat(Recent).Distinct()];

    /// <summary>Answers the held-out feedback.</summary>
    public IReadOnlyList<HeadAnswers> AnswerFeedback(TextClassifier model) => HeadAnswers.Of(model, Feedback.HeldOut, FeedbackName);

    /// <summary>Answers the evaluation part of the anchor.</summary>
    public IReadOnlyList<HeadAnswers> AnswerAnchor(TextClassifier model) =>
        HeadAnswers.Of(model, OfAnchor(AnchorText.EvaluationPart), AnchorName);

    /// <summary>Answers the held-out replay texts; the accuracy is the agreement with the champion.</summary>
    public IReadOnlyList<HeadAnswers> AnswerReplay(TextClassifier model) => HeadAnswers.Of(model, Replay.HeldOut, ReplayName);

    /// <summary>
    /// Measures the reference profile of a model on the recent texts that are not trained on, without embeddings: people may ask to have
    /// these texts erased.
    /// </summary>
    public ReferenceProfile Profile(TextClassifier model)
    {
        var trained = Feedback.Train.Concat(Replay.Train).Select(static example => example.Text).ToHashSet(StringComparer.Ordinal);
        var texts = Recent.Where(text => !trained.Contains(text)).Concat(Feedback.HeldOut.Select(static example => example.Text));
        return ProfileBuilder.Measure(model, texts.Distinct(), "held-out recent texts", hasEmbeddings: false);
    }

    private List<LabelledText> OfAnchor(string part) =>
        [.. Anchor.Where(text => text.Part == part).Select(static text => text.ToLabelledText())];
}
