namespace StreamBert.Monitoring.Statistics.Series;

/// <summary>
/// Models a count per window: Poisson with a rate that varies from window to window with a gamma distribution (together: negative
/// binomial) and depends on the rate of the window before.
/// </summary>
/// <param name="WindowsPerDay">The number of windows per day.</param>
/// <param name="Mean">The mean count.</param>
/// <param name="Dispersion">1/k: the variance is μ + μ²/k; 0 is Poisson.</param>
/// <param name="Autocorrelation">ρ₁, the autocorrelation of the standardised residuals of successive windows.</param>
internal readonly record struct CountModel(int WindowsPerDay, double Mean, double Dispersion, double Autocorrelation)
{
    private static readonly double[] Dispersions = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

    /// <summary>The dependence of successive residuals.</summary>
    public Dependence Dependence => new(Autocorrelation, LatentCorrelation);

    /// <summary>The autocorrelation of the rate itself: ρ₁ times the ratio of the whole variance to that of the rate.</summary>
    public double LatentCorrelation => Dispersion <= 0 || Autocorrelation <= 0 ? 0
        : Math.Min(Dependence.MaximumDecay, Autocorrelation * (1 + 1 / (Math.Max(Mean, 0.01) * Dispersion)));

    /// <summary>Returns the variance μ + μ²/k of a count.</summary>
    public double Variance(double mean) => mean + mean * mean * Dispersion;

    /// <summary>Returns the standardised residual of a window.</summary>
    public double Residual(double count, double mean) => mean > 0 ? (count - mean) / Math.Sqrt(Variance(mean)) : 0;

    /// <summary>Returns the cell of the grid that contains the model, so that near series share one threshold.</summary>
    public CountModel Quantise() => new(
        WindowsPerDay,
        Grid.Geometric(Mean, ratio: 1.6, minimum: 0.05, maximum: 20_000),
        Grid.Nearest(Dispersions, Dispersion),
        Grid.Linear(Autocorrelation, step: 0.1, minimum: 0, maximum: 0.9));
}
