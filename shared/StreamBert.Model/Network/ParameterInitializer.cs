using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Network;

/// <summary>
/// Initializes parameters as BERT does: weights normally distributed with a standard deviation of 0.02, layer norms as the identity,
/// biases zero.
/// </summary>
internal static class ParameterInitializer
{
    /// <summary>Creates all parameters of a network.</summary>
    public static StateDict Create(EncoderConfig config, IReadOnlyList<HeadManifest> heads, Generator generator)
    {
        var parameters = new StateDict();
        foreach (var (name, shape) in ParameterShapes.GetAll(config, heads)) parameters.Add(name, CreateParameter(name, shape, generator));
        return parameters;
    }

    /// <summary>Adds those parameters of a head that do not exist.</summary>
    public static void AddHead(StateDict parameters, EncoderConfig config, HeadManifest head, Generator generator)
    {
        foreach (var (name, shape) in ParameterShapes.GetHead(config, head))
        {
            if (!parameters.Contains(name)) parameters.Add(name, CreateParameter(name, shape, generator));
        }
    }

    private static Tensor CreateParameter(string name, long[] shape, Generator generator)
    {
        if (name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("query.weight", StringComparison.Ordinal)) return zeros(shape);
        if (name.Contains("LayerNorm", StringComparison.Ordinal)) return ones(shape);
        return randn(shape, generator: generator).mul_(ScalarConstants.InitializerRange);
    }
}
