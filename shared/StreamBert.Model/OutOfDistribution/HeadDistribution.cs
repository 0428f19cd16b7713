using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.OutOfDistribution;

/// <summary>
/// The distribution of the training texts of a head: a Gaussian for each label, with a common covariance. The distance of a text is the
/// Mahalanobis distance of its mean hidden state to the nearest label (Lee et al. 2018).
/// </summary>
/// <param name="center">The mean of all texts, [hidden].</param>
/// <param name="whitening">The matrix that makes the covariance the identity, [hidden, hidden].</param>
/// <param name="means">The mean of each label after centering and whitening, [labels, hidden].</param>
/// <param name="scale">Converts distances to scores.</param>
internal sealed class HeadDistribution(Tensor center, Tensor whitening, Tensor means, DistanceScale scale) : IDisposable
{
    /// <summary>The tensors, by the names that a file has them under.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Tensors => [("center", center), ("whitening", whitening), ("means", means)];

    public DistanceScale Scale => scale;

    /// <summary>Computes the distance of each text to the nearest label.</summary>
    /// <param name="features">The mean hidden states of the texts in float32, [texts, hidden].</param>
    public float[] ComputeDistances(Tensor features)
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var whitened = features.sub(center).mm(whitening);
        return cdist(whitened, means, compute_mode: compute_mode.donot_use_mm_for_euclid_dist).amin([1]).ToFloats();
    }

    /// <summary>Computes the out-of-distribution score of each text, 0 to 1.</summary>
    /// <inheritdoc cref="ComputeDistances"/>
    public double[] Score(Tensor features) => Array.ConvertAll(ComputeDistances(features), scale.GetScore);

    public HeadDistribution WithScale(DistanceScale other) => new(center, whitening, means, other);

    public HeadDistribution MoveTo(Device device) =>
        new(Move(center, device), Move(whitening, device), Move(means, device), scale);

    public void Dispose()
    {
        foreach (var (_, tensor) in Tensors) tensor.Dispose();
    }

    private static Tensor Move(Tensor tensor, Device device)
    {
        using var scope = NewDisposeScope();
        using (tensor) return tensor.to(device).alias().DetachFromDisposeScope();
    }
}
