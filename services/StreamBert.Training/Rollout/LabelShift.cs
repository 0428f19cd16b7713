using MathNet.Numerics.Distributions;
using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>The difference of a label's share between candidate and champion.</summary>
/// <param name="Interval">The simultaneous interval of the difference, over all labels that are compared.</param>
internal sealed record LabelShift(
    string Pipeline, string Head, string Label, double Champion, double Candidate, double Texts, Interval Interval)
{
    /// <summary>Fewer independent buckets or texts of a label leave the quantile of the test unreliable.</summary>
    private const int MinimumBuckets = 20;
    private const int MinimumCount = 10;

    /// <summary>The amount of the difference that is shown: 0 if none is.</summary>
    public double Shown => Math.Max(0, Math.Max(Interval.Low, -Interval.High));

    /// <summary>
    /// Compares all label shares of two arms by a score test whose variance is that between clusters, around the pooled share.
    /// </summary>
    /// <param name="significance">The probability that any of the intervals misses its difference (Bonferroni).</param>
    public static IReadOnlyList<LabelShift> Compare(
        IReadOnlyDictionary<(string Pipeline, string Head), ClusteredCounts> candidate,
        IReadOnlyDictionary<(string Pipeline, string Head), ClusteredCounts> champion, double significance)
    {
        var compared = (
            from pair in candidate
            let control = champion.GetValueOrDefault(pair.Key)
            where control is not null && Math.Min(pair.Value.UsedBuckets, control.UsedBuckets) >= MinimumBuckets
            from label in pair.Value.Labels.Union(control.Labels)
            where pair.Value.Count(label) + control.Count(label) >= MinimumCount
            select (pair.Key, label, pair.Value, control)).ToList();
        return
        [
            .. compared.Select(item =>
                Compare(item.Key.Pipeline, item.Key.Head, item.label, item.Value, item.control, significance / compared.Count)),
        ];
    }

    private static LabelShift Compare(
        string pipeline, string head, string label, ClusteredCounts candidate, ClusteredCounts champion, double significance)
    {
        var pooled = (candidate.Count(label) + champion.Count(label)) / (candidate.Texts + champion.Texts);
        var error = Math.Sqrt(candidate.Variance(label, pooled) + champion.Variance(label, pooled));
        var freedom = Math.Min(candidate.UsedBuckets, champion.UsedBuckets) - 1;
        var half = StudentT.InvCDF(0, 1, freedom, 1 - significance / 2) * error;
        var difference = candidate.Share(label) - champion.Share(label);
        return new(
            pipeline, head, label, champion.Share(label), candidate.Share(label), candidate.Texts,
            new(difference - half, difference + half));
    }
}
