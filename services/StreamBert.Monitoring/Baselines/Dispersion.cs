using System.Numerics;

namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// Measures how much more the amounts of a series vary around their expectation than independent events would, separately for spans of 1,
/// 2, 4, … windows: variance = (D + φ·N)·V, where V is the variance of independent events and N the size of the span (clusters, or the
/// expected count). D is the design effect of copies and conversations (Kish 1965), φ the overdispersion of a share or rate that wanders
/// (beta-binomial or negative binomial). Both follow by the method of moments from the squared residuals. Because each scale is measured,
/// no assumption about the form of the autocorrelation is needed; a scale with few spans is shrunk to the next shorter one, which is the
/// cautious choice.
/// </summary>
internal sealed class Dispersion
{
    /// <summary>The number of scales: spans of up to 2^19 windows, more than a day of windows of one second.</summary>
    public const int Scales = 20;

    /// <summary>The weight of the prior of a scale, in spans.</summary>
    private const double PriorSpans = 10;

    /// <summary>The number of spans at which older ones begin to be forgotten.</summary>
    private const double MaximumSpans = 200_000;

    private const double MinimumSpans = 1;

    /// <summary>A squared residual beyond so many times the expected one counts as that much.</summary>
    private const double Winsorised = 16;

    /// <summary>
    /// The least variance for that limit: so few events are expected of a span that two of them are beyond it, and yet they are usual.
    /// </summary>
    private const double LeastVariance = 0.25;

    /// <summary>If the sizes of the spans vary by less than this, D and φ cannot be told apart.</summary>
    private const double MinimumVariation = 0.1;

    private const double PriorBetween = 0.003;

    private (double Inflation, double Between)[] _estimates = [];

    /// <summary>Scale → number of spans, ΣV, ΣV·N, ΣV/N, Σr², Σr²/N.</summary>
    public double[][] Sums { get; set; } = [.. Enumerable.Range(0, Scales).Select(static _ => new double[6])];

    /// <summary>Returns the scale whose spans are nearest to a number of windows.</summary>
    public static int ScaleOf(int windows) => Math.Min(Scales - 1, BitOperations.Log2((uint)Math.Max(1, windows * 4 / 3)));

    /// <summary>Returns the number of spans that were measured at a scale.</summary>
    public double SpansAt(int scale) => Sums[Math.Min(scale, Scales - 1)][0];

    /// <summary>Adds the residual of a span.</summary>
    /// <param name="scale">The scale.</param>
    /// <param name="residual">The amount minus its expectation.</param>
    /// <param name="variance">V, the variance of independent events.</param>
    /// <param name="size">N, the size of the span.</param>
    /// <param name="weight">The weight of the span: less than 1 if the expectation itself is uncertain.</param>
    /// <returns>The squared residual, winsorised, and its expectation; zeros for an empty span.</returns>
    public (double Squared, double Expected) Add(int scale, double residual, double variance, double size, double weight = 1)
    {
        if (size <= 0 || variance <= 0)
            return default;
        var (inflation, between) = At(scale);
        var expected = (inflation + between * size) * variance;
        var squared = Math.Min(residual * residual, Winsorised * Math.Max(LeastVariance, Math.Max(expected, variance)));
        var sums = Sums[scale];
        sums[0] += weight;
        sums[1] += weight * variance;
        sums[2] += weight * variance * size;
        sums[3] += weight * variance / size;
        sums[4] += weight * squared;
        sums[5] += weight * squared / size;
        if (sums[0] >= MaximumSpans)
            Halve(sums);
        return (squared, expected);
    }

    /// <summary>Returns the design effect D and the overdispersion φ of a scale, as of the last <see cref="Refresh"/>.</summary>
    public (double Inflation, double Between) At(int scale)
    {
        if (_estimates.Length == 0)
            Refresh();
        return _estimates[Math.Min(scale, Scales - 1)];
    }

    /// <summary>Computes the estimates from the sums; it is called between two windows, so that a restored monitor has equal
    /// estimates.</summary>
    public void Refresh()
    {
        _estimates = new (double, double)[Scales];
        var (inflation, between) = (1.0, PriorBetween);
        for (var scale = 0; scale < Scales; scale++)
        {
            if (Sums[scale][0] >= MinimumSpans)
            {
                var estimate = Estimate(Sums[scale]);
                var weight = Sums[scale][0] / (Sums[scale][0] + PriorSpans);
                inflation += weight * (estimate.Inflation - inflation);
                between += weight * (estimate.Between - between);
            }
            _estimates[scale] = (inflation, between);
        }
    }

    /// <summary>Returns the autocorrelation of the residuals of consecutive windows of a usual size: from V₂ = V₁·(1 + ρ₁).</summary>
    public double Autocorrelation(double size)
    {
        var ((inflation1, between1), (inflation2, between2)) = (At(0), At(1));
        var (one, two) = (inflation1 + between1 * size, inflation2 + between2 * 2 * size);
        return Math.Clamp(two / one - 1, 0, 0.98);
    }

    /// <summary>Solves Σr² = D·ΣV + φ·ΣVN and Σr²/N = D·ΣV/N + φ·ΣV for D ≥ ½ and φ ≥ 0.</summary>
    private static (double Inflation, double Between) Estimate(double[] sums)
    {
        var (v, vn, vPerN, r, rPerN) = (sums[1], sums[2], sums[3], sums[4], sums[5]);
        var ratio = r / v;
        var variation = 1 - v * v / (vn * vPerN);
        if (variation < MinimumVariation)
        {
            var independent = Math.Min(1, ratio);
            return (independent, (ratio - independent) * v / vn);
        }
        var between = (r * vPerN - rPerN * v) / (vn * vPerN - v * v);
        var inflation = (r - Math.Max(between, 0) * vn) / v;
        return inflation < 0.5 ? (0.5, Math.Max(0, ratio - 0.5) * v / vn) : between < 0 ? (ratio, 0) : (inflation, between);
    }

    private static void Halve(double[] sums)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] /= 2;
    }
}
