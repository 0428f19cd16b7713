namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>Computes the area under the ROC curve: the probability that a positive row scores higher than a negative one.</summary>
internal static class AreaUnderCurve
{
    /// <summary>Returns the area; equal scores count half (Mann and Whitney 1947). It is ½ if one class is missing.</summary>
    public static double Of(IReadOnlyList<double> scores, IReadOnlyList<bool> isPositive)
    {
        int[] order = [.. Enumerable.Range(0, scores.Count).OrderBy(i => scores[i])];
        double positives = isPositive.Count(static positive => positive), negatives = scores.Count - positives, ranks = 0;
        for (var start = 0; start < order.Length;)
        {
            var end = start + 1;
            while (end < order.Length && scores[order[end]] == scores[order[start]])
                end++;
            ranks += (start + 1 + end) / 2.0 * order[start..end].Count(i => isPositive[i]);
            start = end;
        }
        return positives * negatives > 0 ? (ranks - positives * (positives + 1) / 2) / (positives * negatives) : 0.5;
    }
}
