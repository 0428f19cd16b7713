using StreamBert.Model.Checkpoints;

namespace StreamBert.Model.Adapters;

/// <summary>
/// A linear layer as checkpoints hold it. In the network, query, key and value are three blocks of rows of one fused layer.
/// </summary>
/// <param name="Target">The constant of <see cref="AdapterTarget"/> that selects the layer; empty for the pooler.</param>
/// <param name="Name">The name in BERT's checkpoints.</param>
/// <param name="Layer">The name of the network's layer, which contains these rows.</param>
/// <param name="FirstRow">The first of these rows in the network's layer.</param>
/// <param name="Outputs">The number of rows.</param>
/// <param name="Inputs">The number of columns.</param>
internal sealed record AdaptedLinear(string Target, string Name, string Layer, long FirstRow, long Outputs, long Inputs)
{
    private const string Pooler = "bert.pooler.dense";
    private static readonly string[] Fused = [AdapterTarget.Query, AdapterTarget.Key, AdapterTarget.Value];

    /// <summary>Returns the linear layers of an encoder in the order of the forward pass, the pooler last.</summary>
    public static IEnumerable<AdaptedLinear> GetAll(EncoderConfig config) =>
        Enumerable.Range(0, config.Layers).SelectMany(layer => GetLayer(config, $"bert.encoder.layer.{layer}."))
            .Append(Create("", Pooler, config.HiddenSize, config.HiddenSize));

    private static IEnumerable<AdaptedLinear> GetLayer(EncoderConfig config, string prefix)
    {
        long hidden = config.HiddenSize, intermediate = config.IntermediateSize;
        var attention = prefix + "attention.self.";
        foreach (var (block, part) in Fused.Index())
            yield return new AdaptedLinear(part, attention + part, attention + "qkv", block * hidden, hidden, hidden);
        yield return Create(AdapterTarget.AttentionOutput, prefix + "attention.output.dense", hidden, hidden);
        yield return Create(AdapterTarget.Intermediate, prefix + "intermediate.dense", intermediate, hidden);
        yield return Create(AdapterTarget.Output, prefix + "output.dense", hidden, intermediate);
    }

    private static AdaptedLinear Create(string target, string name, long outputs, long inputs) =>
        new(target, name, name, 0, outputs, inputs);
}
