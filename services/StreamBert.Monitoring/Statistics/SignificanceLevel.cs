namespace StreamBert.Monitoring.Statistics;

/// <summary>Converts a budget of "one false alarm per interval" into the significance level of a single test.</summary>
internal static class SignificanceLevel
{
    private const double Maximum = 0.05;

    /// <summary>
    /// Returns the level of a test that runs every <paramref name="step"/> and must be significant twice in a row. Two results with
    /// correlation ρ are significant together with about level^(2/(1+ρ)) (bivariate normal tail), so the level is the target to the
    /// power (1+ρ)/2.
    /// </summary>
    /// <param name="step">The time between two tests.</param>
    /// <param name="interval">The time in which one false alarm is allowed.</param>
    /// <param name="correlation">ρ: 0 for results of separate texts, ½ for windows that share half of their texts.</param>
    public static double OfPair(TimeSpan step, TimeSpan interval, double correlation) =>
        Math.Pow(OfSingle(step, interval), (1 + correlation) / 2);

    /// <summary>Returns the level of an independent test that runs every <paramref name="step"/>.</summary>
    public static double OfSingle(TimeSpan step, TimeSpan interval) => Math.Min(Maximum, step / interval);
}
