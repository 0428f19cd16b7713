using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>Represents what a route receives that takes texts from a confidence on.</summary>
/// <param name="Threshold">The least confidence.</param>
/// <param name="Count">The number of texts that are at least as confident.</param>
/// <param name="Coverage">Their share of all texts.</param>
/// <param name="Accuracy">Their accuracy; null without any.</param>
/// <param name="Interval">The 95 % interval of the accuracy (Wilson).</param>
internal sealed record CoveragePoint(double Threshold, int Count, double Coverage, double? Accuracy, Interval Interval)
{
    private static readonly double[] Thresholds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    /// <summary>Returns the coverage curve.</summary>
    public static IReadOnlyList<CoveragePoint> Curve(IReadOnlyList<ConfidenceOutcome> outcomes) =>
        [.. Thresholds.Select(threshold => At(threshold, outcomes))];

    private static CoveragePoint At(double threshold, IReadOnlyList<ConfidenceOutcome> outcomes)
    {
        var confident = outcomes.Where(outcome => outcome.Confidence >= threshold).ToList();
        var correct = confident.Count(static outcome => outcome.IsTrue);
        return new(
            threshold, confident.Count, confident.Count / (double)Math.Max(1, outcomes.Count),
            confident.Count == 0 ? null : correct / (double)confident.Count, WilsonInterval.Of(correct, confident.Count));
    }
}
