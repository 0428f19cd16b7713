namespace StreamBert.Monitoring.Statistics.Series;

/// <summary>
/// Models the share of a label in a series: in each window the number of selected clusters is binomial with a rate that varies from
/// window to window with a beta distribution (together: beta-binomial) and depends on the rate of the window before.
/// </summary>
/// <param name="WindowsPerDay">The number of windows per day.</param>
/// <param name="MeanClusters">The mean number of clusters per window.</param>
/// <param name="Share">The expected share.</param>
/// <param name="Dispersion">φ, the correlation of two clusters of one window: the variance of the rate is φ·p·(1 − p).</param>
/// <param name="Autocorrelation">ρ₁, the autocorrelation of the standardised residuals of successive windows.</param>
internal readonly record struct ShareModel(
    int WindowsPerDay, double MeanClusters, double Share, double Dispersion, double Autocorrelation)
{
    private static readonly double[] Dispersions = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3];

    /// <summary>The dependence of successive residuals.</summary>
    public Dependence Dependence => new(Autocorrelation, LatentCorrelation);

    /// <summary>The autocorrelation of the rate itself: ρ₁ times the ratio of the whole variance to that of the rate.</summary>
    public double LatentCorrelation => Dispersion <= 0 || Autocorrelation <= 0 ? 0
        : Math.Min(Dependence.MaximumDecay, Autocorrelation * (1 + (1 - Dispersion) / (Dispersion * Math.Max(1, MeanClusters))));

    /// <summary>Returns the variance of the number of selected clusters: n·p·(1 − p)·(1 + (n − 1)·φ).</summary>
    public double Variance(double clusters, double share) =>
        clusters * share * (1 - share) * (1 + Math.Max(0, clusters - 1) * Dispersion);

    /// <summary>Returns the standardised residual of a window; 0 without clusters.</summary>
    public double Residual(double clusters, double selected, double share) =>
        Variance(clusters, share) is > 0 and var variance ? (selected - clusters * share) / Math.Sqrt(variance) : 0;

    /// <summary>Returns the cell of the grid that contains the model, so that near series share one threshold.</summary>
    public ShareModel Quantise() => new(
        WindowsPerDay,
        Grid.Geometric(MeanClusters, ratio: 1.6, minimum: 0.25, maximum: 4000),
        Grid.Logistic(Share, step: 0.5, minimum: 0.005),
        Grid.Nearest(Dispersions, Dispersion),
        Grid.Linear(Autocorrelation, step: 0.1, minimum: 0, maximum: 0.9));
}
