namespace StreamBert.Monitoring.Statistics.Sequential;

/// <summary>
/// Accumulates standardised residuals above an allowance in both directions: S = max(0, S ± z − k) (Page 1954). With k = ½ it is the
/// fastest test for a lasting change of one standard deviation. Independent normal residuals reach h = 4 after 335 windows on average
/// and h = 5 after 931 in one direction.
/// </summary>
internal sealed class Cusum
{
    /// <summary>k, half of the change that is to be found, in standard deviations.</summary>
    public const double Allowance = 0.5;

    /// <summary>Twice the mean excess of a normal random walk over a barrier, 2·0.583.</summary>
    public const double Overshoot = 1.166;

    /// <summary>The sum of the upward direction.</summary>
    public double Up { get; set; }

    /// <summary>The sum of the downward direction.</summary>
    public double Down { get; set; }

    /// <summary>Adds the residual of a window.</summary>
    public void Add(double residual)
    {
        Up = Math.Max(0, Up + residual - Allowance);
        Down = Math.Max(0, Down - residual - Allowance);
    }

    /// <summary>
    /// Returns the mean number of windows until independent normal residuals with mean 0 reach <paramref name="threshold"/> in one
    /// direction (Siegmund 1985): (e^(2kb) − 2kb − 1)/(2k²) with b = h + 1.166.
    /// </summary>
    public static double RunLength(double threshold)
    {
        var exponent = 2 * Allowance * (threshold + Overshoot);
        return (Math.Exp(exponent) - exponent - 1) / (2 * Allowance * Allowance);
    }

    /// <summary>Returns the threshold whose <see cref="RunLength"/> is so many windows, by bisection.</summary>
    public static double ThresholdFor(double windows)
    {
        var (low, high) = (0.0, 100.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            (low, high) = RunLength(middle) < windows ? (middle, high) : (low, middle);
        }
        return high;
    }

    /// <summary>Starts again from 0.</summary>
    public void Reset() => (Up, Down) = (0, 0);
}
