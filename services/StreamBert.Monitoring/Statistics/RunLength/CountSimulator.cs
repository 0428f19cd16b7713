using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>Simulates the counts of a series of windows: negative binomial, dependent from window to window.</summary>
internal sealed class CountSimulator
{
    private readonly CountModel _model;
    private readonly Random _random;
    private readonly LatentRate? _rate;

    public CountSimulator(in CountModel model, Random random)
    {
        (_model, _random) = (model, random);
        if (model.Dispersion <= 0)
            return;
        var (shape, mean) = (1 / model.Dispersion, model.Mean);
        _rate = new(p => SpecialFunctions.GammaLowerRegularizedInv(shape, p) / shape * mean, model.LatentCorrelation, random);
    }

    /// <summary>Returns the count of the next window.</summary>
    public long Next() => (_rate?.Next(_random) ?? _model.Mean) is > 0 and var rate ? Poisson.Sample(_random, rate) : 0;
}
