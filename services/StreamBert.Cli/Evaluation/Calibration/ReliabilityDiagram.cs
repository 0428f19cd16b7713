namespace StreamBert.Cli.Evaluation.Calibration;

/// <summary>
/// Compares stated confidence with accuracy in 15 equal bins, and sums their distances to the expected calibration error (Guo et al. 2017).
/// </summary>
/// <param name="Bins">The bins that contain answers.</param>
internal sealed record ReliabilityDiagram(IReadOnlyList<ReliabilityBin> Bins)
{
    public const int MaxBins = 15;

    /// <summary>The mean distance of confidence and accuracy, weighted by the number of answers.</summary>
    public double ExpectedError => Bins.Sum(static bin => bin.Count * Math.Abs(bin.Confidence - bin.Accuracy))
        / Math.Max(1, Bins.Sum(static bin => bin.Count));

    /// <summary>The largest distance of a bin.</summary>
    public double MaximumError => Bins.Select(static bin => Math.Abs(bin.Confidence - bin.Accuracy)).DefaultIfEmpty().Max();

    public static ReliabilityDiagram Of(IEnumerable<ConfidenceOutcome> outcomes)
    {
        var bins = outcomes.GroupBy(static outcome => Math.Min(MaxBins - 1, (int)(outcome.Confidence * MaxBins)));
        return new([.. bins.OrderBy(static bin => bin.Key).Select(static bin => new ReliabilityBin(
            (double)bin.Key / MaxBins, (bin.Key + 1.0) / MaxBins, bin.Count(),
            bin.Average(static outcome => outcome.Confidence), bin.Count(static outcome => outcome.IsTrue) / (double)bin.Count()))]);
    }
}
