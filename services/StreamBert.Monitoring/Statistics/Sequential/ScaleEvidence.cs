namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>The strongest evidence of a rise over all scales.</summary>
/// <param name="Statistic">The generalised log likelihood ratio; 0 without a rise.</param>
/// <param name="Windows">The number of windows, the newest included, over which it was found.</param>
/// <param name="Observed">The sum of the observations (selected clusters, or the count) over them.</param>
/// <param name="Size">The number of clusters over them; of counts the number of windows.</param>
/// <param name="Expected">The sum of the expectations over them.</param>
/// <param name="Deviation">The standard deviation of <paramref name="Observed"/>, with dispersion and dependence.</param>
internal readonly record struct ScaleEvidence(
    double Statistic, int Windows, double Observed, double Size, double Expected, double Deviation);
