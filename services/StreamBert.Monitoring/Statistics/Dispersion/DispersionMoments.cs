using System.Text.Json.Serialization;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.Dispersion;

/// <summary>
/// Estimates by moments how much more a series varies from window to window than counting alone explains, and how much successive
/// residuals depend on each other. With e = (observed − expected)²/(variance of counting), E(e) = 1 + s·d, where s is n − 1 and d is φ for
/// shares, and s is the mean and d is 1/k for counts. Sums decay; residuals beyond 3 standard deviations are winsorised, so that an
/// incident changes the estimate little.
/// </summary>
internal sealed class DispersionMoments
{
    /// <summary>Residuals are limited to this many standard deviations.</summary>
    private const double Limit = 3;

    /// <summary>Σ(e − 1), decayed.</summary>
    public double Excess { get; set; }

    /// <summary>Σs, decayed.</summary>
    public double Size { get; set; }

    /// <summary>The number of windows, decayed.</summary>
    public double Windows { get; set; }

    /// <summary>Σ of the products of successive standardised residuals, decayed.</summary>
    public double Products { get; set; }

    /// <summary>Σ of the squares of standardised residuals, decayed.</summary>
    public double Squares { get; set; }

    /// <summary>The standardised residual of the window before; null if it had no evidence.</summary>
    public double? Previous { get; set; }

    /// <summary>The mean of s, the size of a window.</summary>
    [JsonIgnore]
    public double MeanSize => Windows > 0 ? Size / Windows : 0;

    /// <summary>Learns a window of a share.</summary>
    /// <param name="clusters">n.</param>
    /// <param name="selected">The number of selected clusters.</param>
    /// <param name="share">The expected share.</param>
    /// <param name="decay">The factor by which older windows lose weight.</param>
    /// <param name="weight">The weight of the window; less than 1 under an alarm.</param>
    public void AddShare(double clusters, double selected, double share, double decay, double weight = 1)
    {
        if (clusters <= 0 || share is <= 0 or >= 1)
            Previous = null;
        else
            Add(selected - clusters * share, clusters * share * (1 - share), clusters - 1, decay, weight);
    }

    /// <summary>Learns a window of a count.</summary>
    public void AddCount(double count, double mean, double decay, double weight = 1)
    {
        if (mean <= 0)
            Previous = null;
        else
            Add(count - mean, mean, mean, decay, weight);
    }

    /// <summary>Returns φ or 1/k, shrunk to <paramref name="prior"/>, which counts as much as so many windows.</summary>
    public double Dispersion(double prior, double priorWindows)
    {
        var priorSize = priorWindows * Math.Max(MeanSize, 1e-3);
        return Math.Max(0, (Excess + priorSize * prior) / (Size + priorSize));
    }

    /// <summary>Returns ρ₁, shrunk to <paramref name="prior"/>, which counts as much as so many windows.</summary>
    public double Autocorrelation(double prior, double priorWindows)
    {
        var mean = Windows > 0 && Squares > 0 ? Squares / Windows : 1;
        return Math.Clamp((Products + priorWindows * mean * prior) / (Squares + priorWindows * mean), -1, 1);
    }

    private void Add(double difference, double counting, double size, double decay, double weight)
    {
        var dispersed = 1 + Math.Max(0, size) * Dispersion(0, 1);
        var residual = Math.Clamp(difference / Math.Sqrt(counting * dispersed), -Limit, Limit);
        Excess = Excess * decay + weight * (residual * residual * dispersed - 1);
        Size = Size * decay + weight * Math.Max(0, size);
        Windows = Windows * decay + weight;
        Squares = Squares * decay + weight * residual * residual;
        Products = Products * decay + weight * (Previous is { } previous ? residual * previous : 0);
        Previous = residual;
    }
}
