namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// How many MinHash functions are compared, in locality-sensitive hashing by bands (Leskovec, Rajaraman and Ullman, "Mining of massive
/// datasets", section 3.4): two sets are compared if all functions of at least one band agree.
/// </summary>
/// <param name="Count">The number of bands.</param>
/// <param name="Rows">The number of functions of a band.</param>
internal sealed record LshBands(int Count, int Rows)
{
    /// <summary>The largest probability to miss a pair of the required similarity.</summary>
    public const double MaxMissProbability = 1e-4;

    private const int MaxRows = 8;
    private const int MaxFunctions = 256;

    /// <summary>
    /// Returns the bands with the fewest needless comparisons among those of at most 256 functions that miss a pair of the similarity with
    /// a probability of at most <see cref="MaxMissProbability"/>.
    /// </summary>
    public static LshBands For(double similarity) => Enumerable.Range(0, MaxRows).Select(static i => MaxRows - i)
        .Select(rows => new LshBands(CountFor(similarity, rows), rows)).First(static bands => bands.Count * bands.Rows <= MaxFunctions);

    /// <summary>Returns the probability that two sets of a similarity are compared: 1 − (1 − J^rows)^bands.</summary>
    public double CompareProbability(double similarity) => 1 - Math.Pow(1 - Math.Pow(similarity, Rows), Count);

    private static int CountFor(double similarity, int rows) =>
        Math.Max(1, (int)Math.Ceiling(Math.Log(MaxMissProbability) / Math.Log(1 - Math.Pow(similarity, rows))));
}
