using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>
/// Computes intervals by drawing items with replacement (Efron and Tibshirani 1993, percentile method). The seed is fixed, so that a
/// report can be repeated.
/// </summary>
public static class Bootstrap
{
    /// <summary>The number of samples that are drawn.</summary>
    public const int Samples = 1000;

    private const int Seed = 20;

    /// <summary>The share of the values on each side of a two-sided 95 % interval.</summary>
    public const double TwoSidedTail = 0.025;

    /// <summary>Draws samples of as many items as there are, and computes a value of each.</summary>
    /// <param name="count">The number of items.</param>
    /// <param name="compute">Computes the value of a sample, given the indices of its items; the array is reused.</param>
    /// <returns>A value for each sample.</returns>
    public static IReadOnlyList<T> Draw<T>(int count, Func<int[], T> compute) => Draw([count], samples => compute(samples[0]));

    /// <summary>Draws samples of several strata, each of as many items as its stratum has, and computes a value of each.</summary>
    /// <param name="counts">The number of items of each stratum.</param>
    /// <param name="compute">Computes the value of a sample, given the indices of its items by stratum; the arrays are reused.</param>
    /// <returns>A value for each sample.</returns>
    public static IReadOnlyList<T> Draw<T>(IReadOnlyList<int> counts, Func<int[][], T> compute)
    {
        var random = new Random(Seed);
        int[][] strata = [.. counts.Select(static count => new int[count])];
        var values = new T[Samples];
        for (var i = 0; i < Samples; i++)
        {
            foreach (var indices in strata)
            {
                for (var k = 0; k < indices.Length; k++) indices[k] = random.Next(indices.Length);
            }
            values[i] = compute(strata);
        }
        return values;
    }

    /// <summary>Returns the value below which a share of the sorted values lies, interpolated linearly.</summary>
    /// <param name="sorted">The values in ascending order.</param>
    /// <param name="share">The share, 0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        var position = share * (sorted.Count - 1);
        var below = (int)position;
        return below + 1 < sorted.Count ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    /// <summary>Returns the interval between two quantiles; by default 2.5 % and 97.5 %.</summary>
    /// <param name="values">The values of the samples.</param>
    /// <param name="tail">The share of the values on each side of the interval.</param>
    public static Interval Percentiles(IEnumerable<double> values, double tail = TwoSidedTail)
    {
        var sorted = values.Order().ToList();
        return new(Quantile(sorted, tail), Quantile(sorted, 1 - tail));
    }
}
