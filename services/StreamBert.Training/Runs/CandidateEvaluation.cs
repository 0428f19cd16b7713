using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Manifests;
using StreamBert.Training.Comparisons;
using StreamBert.Training.Datasets;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Runs;

/// <summary>Compares a candidate with the champion on the held-out texts of a run.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="champion">The model that the candidate was trained from.</param>
/// <param name="options">The gates and the confidence of replay.</param>
internal sealed class CandidateEvaluation(TrainingDataset dataset, TextClassifier champion, TrainingOptions options, TimeProvider time)
{
    private const int TimedTexts = 64, MinimumRounds = 9, MaximumRounds = 200;

    /// <summary>The time over which rounds are repeated: where a round is short, other load disturbs many of them.</summary>
    private static readonly TimeSpan TimedDuration = TimeSpan.FromMilliseconds(300);

    private readonly IReadOnlyList<HeadAnswers> _feedback = dataset.AnswerFeedback(champion);
    private readonly IReadOnlyList<HeadAnswers> _anchor = dataset.AnswerAnchor(champion);
    private readonly IReadOnlyList<HeadAnswers> _replay = dataset.AnswerReplay(champion);

    /// <summary>The newest texts, on which the answers are compared.</summary>
    public IReadOnlyList<RecentText> Recent { get; init; } = [];

    /// <summary>The oldest version with the same anchor; null if that is the champion.</summary>
    public AnchorOrigin? Origin { get; init; }

    /// <summary>The champion's reports on all held-out texts.</summary>
    public IReadOnlyList<ClassificationReport> Reports => CreateReports(_feedback, _anchor, _replay);

    /// <summary>Evaluates the gates.</summary>
    /// <returns>The candidate's reports, the gates, and whether the new feedback was enough to compare on, and is now used up.</returns>
    public CandidateOutcome Evaluate(TextClassifier candidate, double loss, CancellationToken cancellation)
    {
        var responsibility = new ResponsibilityMeasurement(dataset, options.Gates);
        var (feedback, anchor, replay) =
            (dataset.AnswerFeedback(candidate), dataset.AnswerAnchor(candidate), dataset.AnswerReplay(candidate));
        var heads = champion.Heads.Where(static head => HeadTask.IsFineTunable(head.Task)).Select(static head => head.Name).ToList();
        var evidence = new GateEvidence(loss, heads)
        {
            Feedback = Compare(_feedback, feedback)
                .ConvertAll(head => head.Count < options.Gates.MinimumHeldOut ? head
                    : responsibility.Add(head, candidate, champion, cancellation)),
            Anchor = Compare(_anchor, anchor),
            Origin = Origin is { } origin ? new(origin.Version, Compare(origin.Answers, anchor)) : null,
            Replay = Compare(_replay, replay),
            ReplayConfidence = options.ReplayConfidence,
            Slowdown = MeasureSlowdown(candidate),
        };
        return new(CreateReports(feedback, anchor, replay), PromotionGates.Evaluate(evidence, options.Gates))
        {
            HasUsedFeedback = PromotionGates.FindComparable(evidence, options.Gates).Count > 0,
            Evaluations =
            [
                .. PairedEvaluations.Create(_feedback, feedback, FindSlices()),
                .. PairedEvaluations.Create(_anchor, anchor, static (_, _) => []),
            ],
            Changes = AnswerChangeMeter.Measure(champion, candidate, Recent, cancellation),
        };
    }

    /// <summary>Returns a function that finds the slices of a held-out text by its head and its number.</summary>
    private Func<string, int, IReadOnlyList<string>> FindSlices()
    {
        var texts = dataset.Feedback.HeldOut.ToLookup(static text => text.Head, dataset.SlicesOf)
            .ToDictionary(static head => head.Key, static head => head.ToList());
        return (head, index) => texts[head][index];
    }

    /// <summary>Times both models on the same texts in each round, in alternating order.</summary>
    private Slowdown? MeasureSlowdown(TextClassifier candidate)
    {
        var texts = dataset.HeldOut.Select(static text => text.Text).Distinct().Take(TimedTexts).Select(champion.Encode).ToList();
        if (texts.Count == 0)
            return null;
        _ = (Time(champion), Time(candidate)); // the first forward pass allocates
        var (ratios, start) = (new List<double>(), time.GetTimestamp());
        while (ratios.Count < MinimumRounds || (ratios.Count < MaximumRounds && time.GetElapsedTime(start) < TimedDuration))
            ratios.Add(ratios.Count % 2 == 0 ? Time(candidate) / Time(champion) : 1 / (Time(champion) / Time(candidate)));
        return Slowdown.Of(ratios.Where(double.IsFinite));

        TimeSpan Time(TextClassifier model)
        {
            var begin = time.GetTimestamp();
            model.Classify(texts);
            return time.GetElapsedTime(begin);
        }
    }

    private static List<HeadComparison> Compare(IReadOnlyList<HeadAnswers> champion, IReadOnlyList<HeadAnswers> candidate) =>
        [.. champion.Zip(candidate, static (before, after) => new HeadComparison(before.Head, before.Labels, before.Texts, after.Texts))];

    private static IReadOnlyList<ClassificationReport> CreateReports(params IReadOnlyList<HeadAnswers>[] answers) =>
        [.. answers.SelectMany(static heads => heads).Select(static head => head.CreateReport())];
}
