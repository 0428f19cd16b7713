namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// What a baseline describes. Each quantity has an exposure, an amount, and a variance of the amount that grows with the exposure.
/// </summary>
internal enum BaselineMeasure
{
    /// <summary>The exposure is a number of clusters, the amount the number of those with a label: binomial variance.</summary>
    Share,

    /// <summary>The exposure is a number of windows, the amount a count: Poisson variance.</summary>
    Count,
}

/// <summary>Computes the variances that belong to a <see cref="BaselineMeasure"/>.</summary>
internal static class MeasureVariance
{
    private const double MinimumShare = 0.002, MinimumCount = 0.01;

    /// <summary>Returns the nearest mean whose variance is positive.</summary>
    public static double Clamp(this BaselineMeasure measure, double mean) => measure == BaselineMeasure.Share
        ? Math.Clamp(mean, MinimumShare, 1 - MinimumShare) : Math.Max(mean, MinimumCount);

    /// <summary>Returns the variance of the amount of one unit of exposure.</summary>
    public static double OfUnit(this BaselineMeasure measure, double mean)
    {
        var clamped = measure.Clamp(mean);
        return measure == BaselineMeasure.Share ? clamped * (1 - clamped) : clamped;
    }

    /// <summary>Returns the variance of a mean that changes by as much as it can: the scale of structural variances.</summary>
    public static double OfMean(this BaselineMeasure measure, double mean)
    {
        var clamped = measure.Clamp(mean);
        return measure == BaselineMeasure.Share ? clamped * (1 - clamped) : clamped * clamped;
    }
}
