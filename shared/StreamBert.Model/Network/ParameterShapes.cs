using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Network;

/// <summary>The names and shapes of a network's parameters.</summary>
internal static class ParameterShapes
{
    public const string Weight = ".weight", Bias = ".bias", HeadPrefix = "heads.", EncoderPrefix = "bert.encoder.";

    private static readonly string[] HeadParts = [Weight, Bias, ".query.weight"];

    /// <summary>Returns the parameters of the encoder and the heads.</summary>
    public static IEnumerable<(string Name, long[] Shape)> GetAll(EncoderConfig config, IReadOnlyList<HeadManifest> heads)
    {
        var pooler = heads.Any(static head => head.Pooling == Pooling.Cls)
            ? GetLinear("bert.pooler.dense", config.HiddenSize, config.HiddenSize) : [];
        // Enumerated lazily: a damaged configuration may claim billions of layers.
        return GetEmbeddings(config)
            .Concat(Enumerable.Range(0, config.Layers).SelectMany(layer => GetLayer(config, $"bert.encoder.layer.{layer}.")))
            .Concat(pooler)
            .Concat(heads.SelectMany(head => GetHead(config, head)));
    }

    /// <summary>Returns the parameters of a head.</summary>
    public static IEnumerable<(string Name, long[] Shape)> GetHead(EncoderConfig config, HeadManifest head)
    {
        var name = HeadPrefix + head.Name;
        if (head.Pooling == Pooling.Attention) yield return (name + ".query.weight", [1, config.HiddenSize]);
        // A zero-shot head has the checkpoint's own labels, whatever labels it is used with.
        var outputs = HeadTask.IsZeroShot(head.Task) ? config.Labels!.Count : head.Labels.Count;
        foreach (var parameter in GetLinear(name, outputs, config.HiddenSize)) yield return parameter;
    }

    /// <summary>Determines whether a parameter belongs to any head.</summary>
    public static bool IsHead(string name) => name.StartsWith(HeadPrefix, StringComparison.Ordinal);

    /// <summary>Determines whether a parameter belongs to a layer norm of the encoder's layers.</summary>
    public static bool IsLayerNorm(string name) =>
        name.StartsWith(EncoderPrefix, StringComparison.Ordinal) && name.Contains(".LayerNorm.", StringComparison.Ordinal);

    /// <summary>Determines whether a parameter belongs to an adapter of the encoder.</summary>
    public static bool IsAdapter(string name) => !IsHead(name)
        && (name.Contains(".lora_", StringComparison.Ordinal) || name.Contains(".adapter_", StringComparison.Ordinal));

    /// <summary>Determines whether a parameter belongs to a head.</summary>
    public static bool BelongsTo(string head, string name) => GetHeadNames(head).Contains(name);

    /// <summary>Returns the names of all parameters that a head may have.</summary>
    public static IEnumerable<string> GetHeadNames(string head) => HeadParts.Select(part => HeadPrefix + head + part);

    private static IEnumerable<(string Name, long[] Shape)> GetEmbeddings(EncoderConfig config)
    {
        const string prefix = "bert.embeddings.";
        long hidden = config.HiddenSize;
        yield return (prefix + "word_embeddings.weight", [config.VocabularySize, hidden]);
        yield return (prefix + "position_embeddings.weight", [config.MaxPositions, hidden]);
        if (config.TokenTypes > 0) yield return (prefix + "token_type_embeddings.weight", [config.TokenTypes, hidden]);
        foreach (var parameter in GetLayerNorm(prefix + "LayerNorm", hidden)) yield return parameter;
    }

    private static IEnumerable<(string Name, long[] Shape)> GetLayer(EncoderConfig config, string prefix)
    {
        long hidden = config.HiddenSize, intermediate = config.IntermediateSize;
        return
        [
            .. GetLinear(prefix + "attention.self.qkv", 3 * hidden, hidden),
            .. GetLinear(prefix + "attention.output.dense", hidden, hidden),
            .. GetLayerNorm(prefix + "attention.output.LayerNorm", hidden),
            .. GetLinear(prefix + "intermediate.dense", intermediate, hidden),
            .. GetLinear(prefix + "output.dense", hidden, intermediate),
            .. GetLayerNorm(prefix + "output.LayerNorm", hidden),
        ];
    }

    private static (string Name, long[] Shape)[] GetLinear(string name, long outputs, long inputs) =>
        [(name + Weight, [outputs, inputs]), (name + Bias, [outputs])];

    private static (string Name, long[] Shape)[] GetLayerNorm(string name, long size) => [(name + Weight, [size]), (name + Bias, [size])];
}
