namespace StreamBert.Monitoring.Statistics;

/// <summary>From "one false alarm per interval" to the level of a single test.</summary>
public static class FalseAlarms
{
    /// <summary>
    /// The level of a test that is made every <paramref name="step"/> and must be passed twice in a row. Two results that are
    /// correlated by ρ pass together with about level^(2/(1+ρ)) (bivariate normal tail), so the level is the target to the power
    /// (1+ρ)/2.
    /// </summary>
    /// <param name="correlation">ρ: 0 for results of separate texts, ½ for windows that share half of their texts.</param>
    public static double LevelOfPair(TimeSpan step, TimeSpan interval, double correlation) =>
        Math.Pow(LevelOfOne(step, interval), (1 + correlation) / 2);

    /// <summary>The level of a test that is made, independently, every <paramref name="step"/>.</summary>
    public static double LevelOfOne(TimeSpan step, TimeSpan interval) => Math.Min(0.05, step / interval);
}
