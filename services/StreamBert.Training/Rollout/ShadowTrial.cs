using MathNet.Numerics.Distributions;
using StreamBert.Contracts;
using StreamBert.Training.Gates;

namespace StreamBert.Training.Rollout;

/// <summary>
/// Judges a candidate that classifies copies of texts by the reports of the workers. Each report covers a few seconds; the variance is that
/// between reports, so that texts that depend on each other do not count as many.
/// </summary>
internal sealed class ShadowTrial(RolloutChanged rollout, RolloutOptions options) : ITrial
{
    private const int FirstLook = 20;
    private const int MinimumReports = 20;
    private const string Agreed = "agreed";
    private const string Different = "different";

    /// <summary>The conditions that share the probability of a false rollback.</summary>
    private const int Tests = 3;

    private readonly Dictionary<(string Pipeline, string Head), ClusteredCounts> _agreement = [];
    private readonly Dictionary<(string Pipeline, string Head), ClusteredCounts> _candidate = [];
    private readonly Dictionary<(string Pipeline, string Head), ClusteredCounts> _champion = [];
    private readonly LookSchedule _looks = new(FirstLook);
    private readonly double _significance = options.FalseRollbackRate / Tests;
    private long _failures;
    private int _reports;

    public long Texts { get; private set; }

    public IReadOnlyList<GateResult> Conditions { get; private set; } = [];

    public TrialFigures Figures => new(
        _failures, Texts - _failures, null,
        TrialFigures.Join(_candidate, _champion, key => (long)(_agreement.GetValueOrDefault(key)?.Count(Agreed) ?? 0)));

    public GateResult? Broken => RolloutConditions.FindBroken(Conditions);

    public void Add(ShadowReported report)
    {
        if (report.Version != rollout.Version || report.StageStart != rollout.ChangedAt || Broken is not null)
            return;
        Texts += report.Texts + report.Failures;
        _failures += report.Failures;
        var bucket = _reports++ % ClusteredCounts.Buckets;
        foreach (var head in report.Heads)
            Add(head, bucket);
        if (_looks.TryLook(Texts))
        {
            Conditions =
            [
                RolloutConditions.JudgeErrors(_failures, Texts, options, _looks.Spend(_significance)),
                JudgeAgreement(),
                RolloutConditions.JudgeLabels(LabelShift.Compare(_candidate, _champion, _looks.Spend(_significance)), options),
            ];
        }
    }

    private void Add(ShadowComparison head, int bucket)
    {
        var key = (head.Pipeline, head.Head);
        var texts = head.Champion.Values.Sum();
        Get(_agreement, key).Add(bucket, Agreed, head.Agreed);
        Get(_agreement, key).Add(bucket, Different, texts - head.Agreed);
        foreach (var (label, count) in head.Champion)
            Get(_champion, key).Add(bucket, label, count);
        foreach (var (label, count) in head.Candidate)
            Get(_candidate, key).Add(bucket, label, count);
    }

    /// <summary>Tests whether the agreement on any head is below the minimum (t test between reports, Bonferroni over the heads).</summary>
    private GateResult JudgeAgreement()
    {
        var compared = _agreement.Where(static head => head.Value.UsedBuckets >= MinimumReports).ToList();
        if (compared.Count == 0)
            return RolloutConditions.NotEvaluated(Gate.Agreement, "too few reports to compare the answers");
        var (key, interval) = compared.Select(head => (head.Key, Interval: IntervalOf(head.Value, compared.Count)))
            .MinBy(static head => head.Interval.High);
        var share = _agreement[key].Share(Agreed);
        return RolloutConditions.Create(
            Gate.Agreement, key.Head, interval.High >= options.MinimumAgreement, share, interval, options.MinimumAgreement,
            Gate.Text($"the same label as the champion for {share:0.000} of {_agreement[key].Texts:0} texts on {key.Head} in ")
                + $"{key.Pipeline}, " + Gate.Text($"{options.MinimumAgreement:0.###} required"));
    }

    private Interval IntervalOf(ClusteredCounts counts, int heads)
    {
        var share = counts.Share(Agreed);
        var quantile = StudentT.InvCDF(0, 1, counts.UsedBuckets - 1, 1 - _looks.Spend(_significance) / heads);
        var half = quantile * Math.Sqrt(counts.Variance(Agreed, share));
        return new(Math.Max(0, share - half), Math.Min(1, share + half));
    }

    private static ClusteredCounts Get(Dictionary<(string Pipeline, string Head), ClusteredCounts> counts, (string, string) key)
    {
        if (!counts.TryGetValue(key, out var found))
            counts[key] = found = new();
        return found;
    }
}
