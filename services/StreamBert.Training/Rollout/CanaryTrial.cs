using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Rollout;

/// <summary>
/// Judges a candidate that answers a share of the keys against the champion, which answers the others at the same time. The predictions
/// since the start of the stage and the labels on them are the whole evidence. After a crash it is read again, without the labels that are
/// withdrawn by then. Without a fault of the candidate, the probability that any look breaks any condition is at most
/// <see cref="RolloutOptions.FalseRollbackRate"/>; it does not cover looks that are repeated after a crash with other labels.
/// </summary>
internal sealed class CanaryTrial(RolloutChanged rollout, RolloutOptions options) : ITrial
{
    private const int FirstLook = 20;
    private const int FirstFeedbackLook = 5;

    /// <summary>The conditions that share the probability of a false rollback.</summary>
    private const int Tests = 4;

    private readonly TrialArm _candidate = new();
    private readonly TrialArm _champion = new();
    private readonly AnswerMemory _answers = new();
    private readonly Dictionary<(string Pipeline, string Id, string Head), LabelledAnswer> _labelled = [];
    private readonly LookSchedule _errorLooks = new(FirstLook);
    private readonly LookSchedule _looks = new(FirstLook);
    private readonly LookSchedule _feedbackLooks = new(FirstFeedbackLook);
    private readonly double _significance = options.FalseRollbackRate / Tests;
    private GateResult? _errors;
    private IReadOnlyList<GateResult> _comparisons = [];
    private GateResult? _feedback;
    private long _failures;

    public long Texts => _candidate.Texts + _failures;

    public IReadOnlyList<GateResult> Conditions =>
        [.. new[] { _errors }.OfType<GateResult>(), .. _comparisons, .. new[] { _feedback }.OfType<GateResult>()];

    public TrialFigures Figures => new(
        _failures, _champion.Texts, LatencySums.Compare(_candidate.Latency, _champion.Latency, _significance)?.Ratio,
        TrialFigures.Join(_candidate.Labels, _champion.Labels, static _ => null));

    public GateResult? Broken => RolloutConditions.FindBroken(Conditions);

    public void Add(TextClassified prediction)
    {
        if (Broken is not null)
            return;
        if (prediction.FailedVersion == rollout.Version)
            _failures++;
        else if (prediction.ModelVersion == rollout.Version)
            Add(prediction, _candidate, isCandidate: true);
        else if (prediction.ModelVersion == rollout.Champion)
            Add(prediction, _champion, isCandidate: false);
        if (_errorLooks.TryLook(Texts))
            _errors = RolloutConditions.JudgeErrors(_failures, Texts, options, _errorLooks.Spend(_significance));
        if (_looks.TryLook(Math.Min(_candidate.Texts, _champion.Texts))) // partitions are read one after the other
            _comparisons = Compare();
    }

    /// <summary>
    /// Adds feedback on a text of the trial; feedback on any other text is ignored. A head of a text counts once, by the last label of the
    /// first annotator who has not withdrawn it.
    /// </summary>
    /// <param name="feedback">The feedback.</param>
    /// <param name="storedIds">The ids under which the prediction of the text may be stored.</param>
    public void Add(FeedbackReceived feedback, IEnumerable<string> storedIds)
    {
        if (Broken is not null || _answers.Find(feedback.Pipeline, storedIds, feedback.Head) is not { } answer)
            return;
        var key = (feedback.Pipeline, answer.Id, feedback.Head);
        if (!_labelled.TryGetValue(key, out var labelled))
            _labelled[key] = labelled = new(answer.IsCandidate ? _candidate : _champion);
        if (labelled.Add(feedback, isCorrect: answer.Label.Equals(feedback.Label.Trim(), StringComparison.OrdinalIgnoreCase)))
            _feedback = null; // the last look counted the label that is replaced
        if (_feedbackLooks.TryLook(Math.Min(_candidate.Feedback.Count, _champion.Feedback.Count)))
            _feedback = JudgeFeedback();
    }

    /// <summary>
    /// Removes a label that is withdrawn from the evidence; the head of the text then counts by the label of the next annotator, if there
    /// is one.
    /// </summary>
    /// <param name="withdrawal">The withdrawal.</param>
    /// <param name="storedIds">The ids under which the prediction of the text may be stored.</param>
    public void Withdraw(FeedbackWithdrawn withdrawal, IEnumerable<string> storedIds)
    {
        if (Broken is not null)
            return;
        var labelled = storedIds.Select(id => _labelled.GetValueOrDefault((withdrawal.Pipeline, id, withdrawal.Head)))
            .FirstOrDefault(static found => found is not null);
        if (labelled?.Remove(withdrawal) == true)
            _feedback = null; // the last look counted the label
    }

    private void Add(TextClassified prediction, TrialArm arm, bool isCandidate)
    {
        arm.Add(prediction);
        _answers.Add(prediction, isCandidate);
    }

    private IReadOnlyList<GateResult> Compare() =>
    [
        JudgeLatency(),
        RolloutConditions.JudgeLabels(
            LabelShift.Compare(_candidate.Labels, _champion.Labels, _looks.Spend(_significance)), options),
    ];

    private GateResult JudgeLatency()
    {
        if (LatencySums.Compare(_candidate.Latency, _champion.Latency, _looks.Spend(_significance)) is not { } slowdown)
            return RolloutConditions.NotEvaluated(Gate.Latency, "too few batches of like size to compare the time for a text");
        return RolloutConditions.Create(
            Gate.Latency, null, slowdown.Low <= options.MaximumSlowdown, slowdown.Ratio, null, options.MaximumSlowdown,
            Gate.Text($"{slowdown.Ratio:0.00} times the champion's time for a text, {options.MaximumSlowdown:0.##} allowed"));
    }

    /// <summary>Tests whether the candidate's answers are confirmed less often (exact test of Fisher).</summary>
    private GateResult JudgeFeedback()
    {
        var ((n1, correct1), (n0, correct0)) = (_candidate.Feedback, _champion.Feedback);
        var p = Hypergeometric.CDF(n1 + n0, correct1 + correct0, n1, correct1);
        return RolloutConditions.Create(
            Gate.Feedback, null, p >= _feedbackLooks.Spend(_significance), correct1 / (double)n1, null, correct0 / (double)n0,
            Gate.Text($"{correct1} of {n1} answers of the candidate were right by feedback, {correct0} of {n0} of the champion's"));
    }

    /// <summary>
    /// The last label of each annotator on the answer of a head to a text. That of the first annotator is in the evidence on the version
    /// that answered.
    /// </summary>
    private sealed class LabelledAnswer(TrialArm arm)
    {
        private readonly List<(string Annotator, bool IsCorrect, DateTimeOffset At)> _given = [];

        /// <returns>Whether a label that is in the evidence was replaced by one that says otherwise.</returns>
        public bool Add(FeedbackReceived feedback, bool isCorrect)
        {
            var index = _given.FindIndex(given => given.Annotator == feedback.Annotator);
            if (index >= 0)
                return Replace(index, feedback, isCorrect);
            _given.Add((feedback.Annotator, isCorrect, feedback.OccurredAt));
            if (_given.Count == 1)
                arm.AddFeedback(isCorrect);
            return false;
        }

        private bool Replace(int index, FeedbackReceived feedback, bool isCorrect)
        {
            var earlier = _given[index];
            if (feedback.OccurredAt < earlier.At)
                return false;
            _given[index] = (feedback.Annotator, isCorrect, feedback.OccurredAt);
            if (index > 0 || isCorrect == earlier.IsCorrect)
                return false;
            arm.RemoveFeedback(earlier.IsCorrect);
            arm.AddFeedback(isCorrect);
            return true;
        }

        /// <returns>Whether the evidence has changed.</returns>
        public bool Remove(FeedbackWithdrawn withdrawal)
        {
            var index = _given.FindIndex(given => given.Annotator == withdrawal.Annotator && given.At <= withdrawal.OccurredAt);
            if (index < 0)
                return false;
            var removed = _given[index];
            _given.RemoveAt(index);
            if (index > 0)
                return false;
            arm.RemoveFeedback(removed.IsCorrect);
            if (_given.Count > 0)
                arm.AddFeedback(_given[0].IsCorrect);
            return true;
        }
    }
}
