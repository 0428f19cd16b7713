using StreamBert.Monitoring.Statistics.TwoSample;

namespace StreamBert.Cli.Models;

/// <summary>How well out-of-distribution scores tell two sets of texts.</summary>
/// <param name="Inside">The scores of texts of the kind that the head was trained for.</param>
/// <param name="Outside">The scores of texts of other kinds.</param>
internal sealed record OutlierSeparation(IReadOnlyList<OutlierScore> Inside, IReadOnlyList<OutlierScore> Outside)
{
    /// <summary>The probability that a text outside has a higher score than one inside.</summary>
    public double Area => ComputeArea(static score => score.Score);

    /// <summary>The same by low confidence, for comparison.</summary>
    public double ConfidenceArea => ComputeArea(static score => -score.Confidence);

    /// <summary>Returns the share of the texts whose score is at least a threshold.</summary>
    public static double ShareFrom(IReadOnlyList<OutlierScore> scores, double threshold) =>
        (double)scores.Count(score => score.Score >= threshold) / Math.Max(1, scores.Count);

    private double ComputeArea(Func<OutlierScore, double> select) => AreaUnderCurve.Of(
        [.. Inside.Concat(Outside).Select(select)],
        [.. Enumerable.Repeat(false, Inside.Count), .. Enumerable.Repeat(true, Outside.Count)]);
}
