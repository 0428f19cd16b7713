using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// Measures the dispersion of a series at all scales: it adds counts and their expectations over spans of 1, 2, 4, … windows, and the
/// residual of each complete span to the <see cref="Dispersion"/> of the pool. The ratio of a series' own squared residuals to those of
/// the pool, shrunk to 1, is its factor.
/// </summary>
internal sealed class SpanResiduals
{
    /// <summary>The weight of the pool, in spans; and the number of spans at which older ones begin to be forgotten.</summary>
    private const double PriorSpans = 30, MaximumSpans = 20_000;

    private const double MinimumFactor = 0.3, MaximumFactor = 10;

    /// <summary>Scale → the sum of counts and of expectations, alternating.</summary>
    public double[] Sums { get; set; } = [];

    /// <summary>The number of windows that were added.</summary>
    public long Windows { get; set; }

    /// <summary>The squared residuals relative to their expectation, summed over the spans, and the number of spans.</summary>
    public double Squared { get; set; }
    public double Spans { get; set; }

    /// <summary>The factor by which the variance of this series exceeds that of its pool.</summary>
    public double Factor() => Math.Clamp((Squared + PriorSpans) / (Spans + PriorSpans), MinimumFactor, MaximumFactor);

    /// <summary>Adds a window.</summary>
    public void Add(Dispersion dispersion, int windowsPerDay, double count, double mean)
    {
        var scales = Dispersion.ScaleOf(windowsPerDay) + 1;
        if (Sums.Length != 2 * scales)
            (Sums, Windows) = (new double[2 * scales], 0);
        Windows++;
        for (var scale = 0; scale < scales; scale++)
        {
            Sums[2 * scale] += count;
            Sums[2 * scale + 1] += mean;
            if ((Windows & ((1L << scale) - 1)) == 0)
                Complete(dispersion, scale);
        }
    }

    /// <summary>Discards the incomplete spans: what follows is not comparable.</summary>
    public void Restart()
    {
        Array.Clear(Sums);
        Windows = 0;
    }

    private void Complete(Dispersion dispersion, int scale)
    {
        var (count, mean) = (Sums[2 * scale], Sums[2 * scale + 1]);
        (Sums[2 * scale], Sums[2 * scale + 1]) = (0, 0);
        var (squared, expected) = dispersion.Add(scale, count - mean, mean, mean);
        if (expected <= 0)
            return;
        Squared += squared / expected;
        Spans++;
        if (Spans >= MaximumSpans)
            (Squared, Spans) = (Squared / 2, Spans / 2);
    }
}
