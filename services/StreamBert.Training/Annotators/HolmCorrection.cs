namespace StreamBert.Training.Annotators;

/// <summary>
/// Adjusts p-values for the number of tests, so that the probability of any false rejection is at most the level (Holm 1979, "A simple
/// sequentially rejective multiple test procedure").
/// </summary>
internal static class HolmCorrection
{
    /// <summary>Returns the adjusted p-values in the given order.</summary>
    /// <param name="pValues">The p-values of all tests that were made.</param>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        var adjusted = new double[pValues.Count];
        var largest = 0.0;
        foreach (var (rank, test) in pValues.Index().OrderBy(static test => test.Item).Select(static test => test.Index).Index())
            adjusted[test] = largest = Math.Min(1, Math.Max(largest, (pValues.Count - rank) * pValues[test]));
        return adjusted;
    }
}
