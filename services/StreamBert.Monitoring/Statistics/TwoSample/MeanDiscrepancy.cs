namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>
/// Compares two samples of vectors by the maximum mean discrepancy (Gretton et al. 2012): the unbiased MMD² with a Gaussian kernel whose
/// width is the median distance, and a p-value by permutation.
/// </summary>
internal static class MeanDiscrepancy
{
    /// <summary>Returns MMD² and its p-value.</summary>
    /// <param name="first">The first sample: rows of equal length, at least two.</param>
    /// <param name="second">The second sample.</param>
    /// <param name="seed">The seed of the permutations.</param>
    /// <param name="permutations">The largest number of permutations.</param>
    public static (double Squared, double PValue) Test(
        IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, int seed, int permutations = 199)
    {
        float[][] rows = [.. first, .. second];
        var kernel = Kernel(rows);
        var isFirst = Enumerable.Range(0, rows.Length).Select(i => i < first.Count).ToArray();
        var observed = Squared(kernel, isFirst);
        return (observed, Permutation.PValue(isFirst, observed, permutations, new(seed), permuted => Squared(kernel, permuted)));
    }

    private static float[][] Kernel(float[][] rows)
    {
        var distances = rows.Select((row, i) => rows.Take(i).Select(other => SquaredDistance(row, other)).ToArray()).ToArray();
        float[] sorted = [.. distances.SelectMany(static row => row).Order()];
        var width = Math.Max(sorted[sorted.Length / 2], 1e-12f);
        foreach (var row in distances)
        {
            for (var j = 0; j < row.Length; j++)
                row[j] = MathF.Exp(-row[j] / width);
        }
        return distances;
    }

    private static float SquaredDistance(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }

    /// <summary>Returns the unbiased estimate; the kernel is the lower triangle.</summary>
    private static double Squared(float[][] kernel, bool[] isFirst)
    {
        double within = 0, without = 0, between = 0;
        for (var i = 0; i < kernel.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (isFirst[i] != isFirst[j])
                    between += kernel[i][j];
                else if (isFirst[i])
                    within += kernel[i][j];
                else
                    without += kernel[i][j];
            }
        }
        double n = isFirst.Count(static first => first), m = isFirst.Length - n;
        return 2 * within / (n * (n - 1)) + 2 * without / (m * (m - 1)) - 2 * between / (n * m);
    }
}
