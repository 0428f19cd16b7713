using MathNet.Numerics.Distributions;

namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>
/// Simulates a rate that varies from window to window: a first-order Gaussian autoregression, mapped through the quantile function of the
/// rate's distribution, so that every single rate has that distribution.
/// </summary>
internal sealed class LatentRate
{
    /// <summary>The table spans −6 to 6 standard deviations.</summary>
    private const double Range = 6;
    private const int PointsPerDeviation = 8;

    private readonly double[] _quantiles;
    private readonly double _correlation, _innovation;
    private double _state;

    /// <param name="quantile">The quantile function of the rate.</param>
    /// <param name="correlation">The correlation of the states of successive windows.</param>
    /// <param name="random">The source of the first state.</param>
    public LatentRate(Func<double, double> quantile, double correlation, Random random)
    {
        _quantiles = [.. Enumerable.Range(0, (int)(2 * Range) * PointsPerDeviation + 1)
            .Select(i => quantile(Normal.CDF(0, 1, -Range + (double)i / PointsPerDeviation)))];
        (_correlation, _innovation) = (correlation, Math.Sqrt(1 - correlation * correlation));
        _state = Normal.Sample(random, 0, 1);
    }

    /// <summary>Returns the rate of the next window.</summary>
    public double Next(Random random)
    {
        _state = _correlation * _state + _innovation * Normal.Sample(random, 0, 1);
        var position = (Math.Clamp(_state, -Range, Range) + Range) * PointsPerDeviation;
        var index = Math.Min((int)position, _quantiles.Length - 2);
        return _quantiles[index] + (position - index) * (_quantiles[index + 1] - _quantiles[index]);
    }
}
