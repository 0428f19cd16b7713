using StreamBert.Model.Checkpoints;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Onnx;

/// <summary>Lists the weights of a BERT model in an ONNX graph, with the names and shapes of a checkpoint.</summary>
internal sealed class OnnxWeightList(OnnxWeights weights, EncoderConfig config)
{
    private const string Prefix = "bert.", Pooler = "pooler.dense", Classifier = "classifier";

    /// <returns>The weights; their data is converted when it is written.</returns>
    /// <exception cref="InvalidDataException">A weight is missing, has another shape, or is none of a BERT model.</exception>
    public IReadOnlyList<StoredTensor> Read()
    {
        List<StoredTensor> tensors = [.. ReadEmbeddings()];
        for (var layer = 0; layer < config.Layers; layer++)
            tensors.AddRange(ReadLayer($"encoder.layer.{layer}."));
        if (weights.Contains(Pooler + ".bias"))
            tensors.AddRange(ReadLinear(Pooler, config.HiddenSize, config.HiddenSize));
        if (weights.Contains(Classifier + ".bias"))
            tensors.AddRange(ReadLinear(Classifier, weights.Find(Classifier + ".bias").Shape[0], config.HiddenSize, prefix: ""));
        weights.RequireNoOther();
        return tensors;
    }

    private IEnumerable<StoredTensor> ReadEmbeddings() =>
    [
        ReadTensor("embeddings.word_embeddings.weight", config.VocabularySize, config.HiddenSize),
        ReadTensor("embeddings.position_embeddings.weight", config.MaxPositions, config.HiddenSize),
        ReadTensor("embeddings.token_type_embeddings.weight", config.TokenTypes, config.HiddenSize),
        .. ReadLayerNorm("embeddings.LayerNorm"),
    ];

    private IEnumerable<StoredTensor> ReadLayer(string layer)
    {
        var (hidden, intermediate) = (config.HiddenSize, config.IntermediateSize);
        return
        [
            .. ReadLinear(layer + "attention.self.query", hidden, hidden),
            .. ReadLinear(layer + "attention.self.key", hidden, hidden),
            .. ReadLinear(layer + "attention.self.value", hidden, hidden),
            .. ReadLinear(layer + "attention.output.dense", hidden, hidden),
            .. ReadLayerNorm(layer + "attention.output.LayerNorm"),
            .. ReadLinear(layer + "intermediate.dense", intermediate, hidden),
            .. ReadLinear(layer + "output.dense", hidden, intermediate),
            .. ReadLayerNorm(layer + "output.LayerNorm"),
        ];
    }

    private StoredTensor[] ReadLinear(string layer, long outputs, long inputs, string prefix = Prefix)
    {
        var matrix = weights.FindMatrix(layer);
        RequireShape(layer + ".weight", matrix.Shape, [outputs, inputs]);
        return [OnnxData.Create($"{prefix}{layer}.weight", matrix), ReadTensor(layer + ".bias", prefix, outputs)];
    }

    private StoredTensor[] ReadLayerNorm(string name) =>
        [ReadTensor(name + ".weight", config.HiddenSize), ReadTensor(name + ".bias", config.HiddenSize)];

    private StoredTensor ReadTensor(string name, params long[] shape) => ReadTensor(name, Prefix, shape);

    private StoredTensor ReadTensor(string name, string prefix, params long[] shape)
    {
        var tensor = weights.Find(name);
        RequireShape(name, tensor.Shape, shape);
        return OnnxData.Create(prefix + name, new(tensor, IsTransposed: false));
    }

    private static void RequireShape(string name, long[] actual, long[] expected)
    {
        if (!actual.SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"has '{name}' in the shape [{string.Join(", ", actual)}]; its other tensors need [{string.Join(", ", expected)}]");
        }
    }
}
