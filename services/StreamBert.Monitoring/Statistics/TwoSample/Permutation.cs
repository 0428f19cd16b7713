namespace StreamBert.Monitoring.Statistics.TwoSample;

/// <summary>
/// Computes p-values by permutation of the membership of rows. It stops early once the result cannot be small (Besag and Clifford 1991): at
/// the tenth permutation that reaches the observed statistic.
/// </summary>
internal static class Permutation
{
    private const int StopAfter = 10;

    /// <summary>Returns the share of permutations whose statistic is at least the observed one, the observed one included.</summary>
    /// <param name="isFirst">For each row, whether it belongs to the first sample; it is permuted in place.</param>
    /// <param name="observed">The statistic of the true membership.</param>
    /// <param name="permutations">The largest number of permutations.</param>
    /// <param name="random">The seeded source of the permutations.</param>
    /// <param name="statistic">Computes the statistic of a membership.</param>
    public static double PValue(bool[] isFirst, double observed, int permutations, Random random, Func<bool[], double> statistic)
    {
        var reached = 0;
        for (var done = 1; done <= permutations; done++)
        {
            random.Shuffle(isFirst);
            if (statistic(isFirst) >= observed && ++reached == StopAfter)
                return (double)reached / done;
        }
        return (reached + 1.0) / (permutations + 1);
    }
}
