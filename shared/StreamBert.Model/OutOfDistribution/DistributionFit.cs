using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.OutOfDistribution;

/// <summary>Fits the distribution of a head to texts of its training data, and its scale to held-out texts.</summary>
internal static class DistributionFit
{
    /// <summary>
    /// The covariance is shrunk towards a multiple of the identity by this share, so that it is invertible with few texts
    /// (Friedman 1989).
    /// </summary>
    private const double Shrinkage = 0.1;

    /// <param name="features">The mean hidden states of the texts, [texts, hidden].</param>
    /// <param name="labels">The index of the label of each text.</param>
    /// <param name="heldOut">The mean hidden states of texts that the model was not trained on.</param>
    public static HeadDistribution Fit(Tensor features, int[] labels, Tensor heldOut)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var center = features.mean([0]);
        var centered = features.sub(center);
        var means = ComputeMeans(centered, labels);
        var classes = labels.Distinct().Order().Index().ToDictionary(static item => item.Item, static item => (long)item.Index);
        var rest = centered.sub(means.index_select(0, tensor(Array.ConvertAll(labels, label => classes[label]))));
        var whitening = ComputeWhitening(rest);
        var distribution = new HeadDistribution(
            center.DetachFromDisposeScope(), whitening.DetachFromDisposeScope(), means.mm(whitening).DetachFromDisposeScope(),
            new([0], 0));
        return distribution.WithScale(DistanceScale.Fit(distribution.ComputeDistances(heldOut)));
    }

    /// <summary>Computes the mean of each label that occurs, in the order of the labels.</summary>
    private static Tensor ComputeMeans(Tensor features, int[] labels) => stack(labels.Index().GroupBy(static item => item.Item)
        .OrderBy(static label => label.Key)
        .Select(label => features.index_select(0, tensor(label.Select(static item => (long)item.Index).ToArray())).mean([0])));

    private static Tensor ComputeWhitening(Tensor rest)
    {
        using var count = ((double)rest.shape[0]).ToScalar();
        using var keep = (1 - Shrinkage).ToScalar();
        var covariance = rest.t().mm(rest).div(count);
        using var variance = (Shrinkage * covariance.diagonal().mean().item<float>() + 1e-12).ToScalar();
        var shrunk = covariance.mul(keep).add(eye(covariance.shape[0]).mul(variance), ScalarConstants.One);
        var (values, vectors) = linalg.eigh(shrunk);
        return vectors.div(values.sqrt());
    }
}
