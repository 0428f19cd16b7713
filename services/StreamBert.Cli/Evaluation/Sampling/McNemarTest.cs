namespace StreamBert.Cli.Evaluation.Sampling;

/// <summary>
/// Tests whether two models that answered the same items differ in accuracy (McNemar 1947, in its exact form): if they do not, an item that
/// only one of them answers correctly is equally likely to be either's.
/// </summary>
/// <param name="OnlyFirst">The number of items that only the first model answers correctly.</param>
/// <param name="OnlySecond">The number of items that only the second model answers correctly.</param>
internal readonly record struct McNemarTest(int OnlyFirst, int OnlySecond)
{
    /// <summary>The two-sided p-value of the binomial distribution.</summary>
    public double PValue
    {
        get
        {
            var n = OnlyFirst + OnlySecond;
            var logTerm = -n * Math.Log(2);
            var tail = Math.Exp(logTerm);
            for (var k = 0; k < Math.Min(OnlyFirst, OnlySecond); k++)
            {
                logTerm += Math.Log((double)(n - k) / (k + 1));
                tail += Math.Exp(logTerm);
            }
            return Math.Min(1, 2 * tail);
        }
    }

    public static McNemarTest Of(IReadOnlyList<EvaluationUnit> first, IReadOnlyList<EvaluationUnit> second)
    {
        var pairs = first.Zip(second).ToList();
        return new(
            pairs.Count(static pair => pair.First.IsCorrect && !pair.Second.IsCorrect),
            pairs.Count(static pair => !pair.First.IsCorrect && pair.Second.IsCorrect));
    }
}
