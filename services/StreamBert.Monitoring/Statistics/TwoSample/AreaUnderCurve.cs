namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>Computes the area under the ROC curve: the probability that a positive row scores higher than a negative one.</summary>
internal static class AreaUnderCurve
{
    /// <summary>Returns the area; equal scores count half (Mann and Whitney 1947). It is ½ if one class is missing.</summary>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive)
    {
        var (sorted, classes) = (scores.ToArray(), isPositive.ToArray());
        Array.Sort(sorted, classes);
        double positives = isPositive.Count(true), negatives = scores.Length - positives, ranks = 0;
        for (var start = 0; start < sorted.Length;)
        {
            var end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start])
                end++;
            ranks += (start + 1 + end) / 2.0 * classes.AsSpan(start, end - start).Count(true);
            start = end;
        }
        return positives * negatives > 0 ? (ranks - positives * (positives + 1) / 2) / (positives * negatives) : 0.5;
    }
}
