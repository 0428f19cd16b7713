namespace StreamBert.Training.Annotators;

/// <summary>
/// Tests whether the values of one annotator's labels are larger than those of the others, by exchanging labels between annotators at
/// random within strata, such as the labels of one pipeline (Fisher 1935; Phipson and Smyth 2010 for the p-value). The test assumes no
/// distribution; with values 0 and 1 in one stratum it estimates the exact test of Fisher.
/// </summary>
internal static class PermutationTest
{
    private const int Permutations = 20_000, FirstPermutations = 500;
    private const double Irrelevant = 0.2, RoundingError = 1e-9;

    /// <summary>The smallest p-value that can be found.</summary>
    public const double Resolution = 1.0 / (Permutations + 1);

    /// <returns>The one-sided p-value; the same in every run.</returns>
    public static double PValue(IEnumerable<Observation> observations)
    {
        var strata = observations.GroupBy(static observation => observation.Stratum)
            .OrderBy(static stratum => stratum.Key, StringComparer.Ordinal)
            .Select(static stratum => (
                Values: stratum.Select(static observation => observation.Value).ToArray(),
                Count: stratum.Count(static observation => observation.IsSuspect),
                Sum: stratum.Where(static observation => observation.IsSuspect).Sum(static observation => observation.Value)))
            .Where(static stratum => stratum.Count > 0 && stratum.Count < stratum.Values.Length).ToList();
        if (strata.Count == 0)
            return 1;
        var observed = strata.Sum(static stratum => stratum.Sum) - RoundingError;
        var (random, reached) = (new Random(1), 0);
        for (var permutation = 1; permutation <= Permutations; permutation++)
        {
            if (strata.Sum(stratum => SampleSum(stratum.Values, stratum.Count, random)) >= observed)
                reached++;
            if (permutation == FirstPermutations && reached > Irrelevant * FirstPermutations)
                return (reached + 1.0) / (permutation + 1);
        }
        return (reached + 1.0) * Resolution;
    }

    /// <summary>Sums a random sample without replacement; shuffles the beginning of the values.</summary>
    private static double SampleSum(double[] values, int count, Random random)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            var other = random.Next(i, values.Length);
            (values[i], values[other]) = (values[other], values[i]);
            sum += values[i];
        }
        return sum;
    }

    /// <summary>The value of a label, and whether the tested annotator gave it.</summary>
    public readonly record struct Observation(string Stratum, double Value, bool IsSuspect);
}
