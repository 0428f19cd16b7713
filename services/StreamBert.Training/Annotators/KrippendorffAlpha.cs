namespace StreamBert.Training.Annotators;

/// <summary>
/// Computes Krippendorff's α for nominal labels: the agreement of annotators beyond chance, for any number of annotators per item
/// (Krippendorff 2011, "Computing Krippendorff's alpha-reliability"). α = 1 − observed disagreement / expected disagreement.
/// </summary>
internal static class KrippendorffAlpha
{
    /// <returns>
    /// 1 if all agree, 0 if they agree as often as by chance, less if they agree less often; null if no item has two labels or if all
    /// labels are equal, because then chance cannot be told from agreement.
    /// </returns>
    public static double? Compute(IEnumerable<Annotation> annotations)
    {
        var items = annotations.GroupBy(static annotation => annotation.Item)
            .Select(static item => item.CountBy(static annotation => annotation.Label).ToList())
            .Where(static labels => labels.Sum(static label => label.Value) > 1).ToList();
        var totals = items.SelectMany(static labels => labels).GroupBy(static label => label.Key)
            .Select(static label => label.Sum(static count => count.Value)).ToList();
        var expected = PairsOfDifferentLabels(totals);
        if (expected == 0)
            return null;
        var observed = items.Sum(static labels =>
            PairsOfDifferentLabels(labels.Select(static label => label.Value)) / (labels.Sum(static label => label.Value) - 1));
        return 1 - (totals.Sum() - 1) * observed / expected;
    }

    private static double PairsOfDifferentLabels(IEnumerable<int> counts)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var count in counts)
            (sum, squares) = (sum + count, squares + (double)count * count);
        return sum * sum - squares;
    }
}
