using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Rollout;

/// <summary>
/// Judges a candidate that answers a share of the keys against the champion, which answers the others at the same time. The predictions
/// since the start of the stage are the whole evidence, so that it can be read again after a crash. Without a fault of the candidate, the
/// probability that any look breaks any condition is at most <see cref="RolloutOptions.FalseRollbackRate"/>.
/// </summary>
internal sealed class CanaryTrial(RolloutChanged rollout, RolloutOptions options)
{
    private const int FirstLook = 20;
    private const int FirstFeedbackLook = 5;

    /// <summary>The conditions that share the probability of a false rollback.</summary>
    private const int Tests = 4;

    private readonly TrialArm _candidate = new();
    private readonly TrialArm _champion = new();
    private readonly AnswerMemory _answers = new();
    private readonly LookSchedule _looks = new(FirstLook);
    private readonly LookSchedule _feedbackLooks = new(FirstFeedbackLook);
    private readonly double _significance = options.FalseRollbackRate / Tests;
    private IReadOnlyList<GateResult> _conditions = [];
    private GateResult? _feedback;
    private long _failures;

    /// <summary>The number of texts that the candidate answered or failed on.</summary>
    public long Texts => _candidate.Texts + _failures;

    /// <summary>The conditions as of the last look, or of the look that broke one.</summary>
    public IReadOnlyList<GateResult> Conditions => _feedback is null ? _conditions : [.. _conditions, _feedback];

    /// <summary>The first broken condition; null if there is none.</summary>
    public GateResult? Broken => Conditions.FirstOrDefault(static condition => condition.Outcome == GateResult.Failed);

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
        if (_looks.TryLook(Texts))
            _conditions = [JudgeErrors(), JudgeLatency(), JudgeLabels()];
    }

    /// <summary>Adds feedback on a text of the trial; feedback on any other text is ignored.</summary>
    public void Add(FeedbackReceived feedback, IEnumerable<string> storedIds)
    {
        if (Broken is not null || _answers.Take(storedIds, feedback.Head) is not { } answer)
            return;
        var isCorrect = answer.Label.Equals(feedback.Label.Trim(), StringComparison.OrdinalIgnoreCase);
        (answer.IsCandidate ? _candidate : _champion).AddFeedback(isCorrect);
        if (_feedbackLooks.TryLook(_candidate.Feedback.Count))
            _feedback = JudgeFeedback();
    }

    private void Add(TextClassified prediction, TrialArm arm, bool isCandidate)
    {
        arm.Add(prediction);
        _answers.Add(prediction, isCandidate);
    }

    /// <summary>Tests the number of failures against the allowed rate (exact binomial test).</summary>
    private GateResult JudgeErrors()
    {
        var p = _failures == 0 ? 1 : 1 - Binomial.CDF(options.MaximumErrorRate, (int)Texts, _failures - 1);
        return Result("errors", null, p >= _looks.Spend(_significance), _failures / (double)Texts, null, options.MaximumErrorRate,
            Gate.Text($"failed on {_failures} of {Texts} texts, {options.MaximumErrorRate:0.####} allowed"));
    }

    private GateResult JudgeLatency()
    {
        if (LatencySums.Compare(_candidate.Latency, _champion.Latency, _looks.Spend(_significance)) is not { } slowdown)
            return NotEvaluated(Gate.Latency, "too few batches of like size to compare the time for a text");
        return Result(Gate.Latency, null, slowdown.Low <= options.MaximumSlowdown, slowdown.Ratio, null, options.MaximumSlowdown,
            Gate.Text($"{slowdown.Ratio:0.00} times the champion's time for a text, {options.MaximumSlowdown:0.##} allowed"));
    }

    private GateResult JudgeLabels()
    {
        var shifts = LabelShift.Compare(_candidate.Labels, _champion.Labels, _looks.Spend(_significance));
        if (shifts.Count == 0)
            return NotEvaluated("label-shift", "too few keys to compare label shares");
        var worst = shifts.OrderByDescending(static shift => shift.Shown)
            .ThenByDescending(static shift => Math.Abs(shift.Candidate - shift.Champion)).First();
        return Result(
            "label-shift", worst.Head, worst.Shown <= options.MaximumLabelShift, worst.Candidate - worst.Champion, worst.Interval,
            options.MaximumLabelShift,
            Gate.Text($"{worst.Label} on {worst.Head} in {worst.Pipeline}: {worst.Champion:0.000} of the champion's texts, ")
                + Gate.Text($"{worst.Candidate:0.000} of {worst.Texts:0} texts of the candidate, a difference of ")
                + Gate.Text($"{Gate.Text(worst.Interval)}, ±{options.MaximumLabelShift:0.###} allowed"));
    }

    /// <summary>Tests whether the candidate's answers are confirmed less often (exact test of Fisher).</summary>
    private GateResult JudgeFeedback()
    {
        var ((n1, correct1), (n0, correct0)) = (_candidate.Feedback, _champion.Feedback);
        if (n0 == 0)
            return NotEvaluated(Gate.Feedback, "no feedback on the champion's answers");
        var p = Hypergeometric.CDF(n1 + n0, correct1 + correct0, n1, correct1);
        return Result(Gate.Feedback, null, p >= _feedbackLooks.Spend(_significance), correct1 / (double)n1, null, correct0 / (double)n0,
            Gate.Text($"{correct1} of {n1} answers of the candidate were right by feedback, {correct0} of {n0} of the champion's"));
    }

    private static GateResult NotEvaluated(string condition, string text) =>
        new() { Gate = condition, Outcome = GateResult.NotEvaluated, Text = text };

    private static GateResult Result(
        string condition, string? head, bool holds, double value, Interval? interval, double threshold, string text) => new()
        {
            Gate = condition,
            Head = head,
            Outcome = Gate.ToOutcome(holds),
            Value = value,
            Interval = interval,
            Threshold = threshold,
            Text = text,
        };
}
