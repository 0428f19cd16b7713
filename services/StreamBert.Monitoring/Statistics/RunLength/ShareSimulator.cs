using MathNet.Numerics.Distributions;
using StreamBert.Monitoring.Statistics.Series;

namespace StreamBert.Monitoring.Statistics.RunLength;

/// <summary>Simulates windows of a series of shares: a Poisson number of clusters, of which a beta-binomial number is selected.</summary>
internal sealed class ShareSimulator
{
    private readonly ShareModel _model;
    private readonly Random _random;
    private readonly LatentRate? _rate;

    public ShareSimulator(in ShareModel model, Random random)
    {
        (_model, _random) = (model, random);
        if (model.Dispersion <= 0)
            return;
        var weight = 1 / model.Dispersion - 1;
        var (a, b) = (model.Share * weight, (1 - model.Share) * weight);
        _rate = new(p => BetaQuantile.Of(a, b, p), model.LatentCorrelation, random);
    }

    /// <summary>Returns the clusters of the next window and how many of them are selected.</summary>
    public (long Clusters, long Selected) Next()
    {
        long clusters = Poisson.Sample(_random, _model.MeanClusters);
        return (clusters, BinomialSampler.Sample(_random, clusters, _rate?.Next(_random) ?? _model.Share));
    }
}
