using System.Text.RegularExpressions;

namespace StreamBert.Model.Onnx;

/// <summary>
/// Finds the weights of a BERT model in an ONNX graph under their Hugging Face names. Embeddings, biases and layer norms keep their names
/// in exports; the matrices may be anonymous and transposed. The matrix of a linear layer is the one whose product its bias is added to.
/// </summary>
internal sealed partial class OnnxWeights
{
    private const string Bias = ".bias", Advice =
        "Only exports of BERT encoders with the original names of their tensors are read, such as those of torch.onnx and optimum without "
        + "optimization";

    private readonly OnnxGraph _graph;
    private readonly ILookup<string, string> _storedNames;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public OnnxWeights(OnnxGraph graph)
    {
        _graph = graph;
        _storedNames = graph.Tensors.Values.Where(static tensor => tensor.Type != OnnxType.Int64)
            .Select(static tensor => (Stored: tensor.Name, Match: EncoderName().Match(tensor.Name)))
            .Where(static pair => pair.Match.Success)
            .ToLookup(static pair => pair.Match.Groups["name"].Value, static pair => pair.Stored, StringComparer.Ordinal);
    }

    /// <summary>The number of layers of the encoder, by the largest index in a name.</summary>
    public int Layers => _storedNames.Select(static group => LayerIndex().Match(group.Key)).Where(static match => match.Success)
        .Select(static match => int.Parse(match.Groups["index"].ValueSpan, provider: null) + 1).DefaultIfEmpty().Max();

    public bool Contains(string name) => _storedNames.Contains(name);

    /// <summary>Returns the name in the file of a tensor of the encoder, such as <c>encoder.layer.0.output.dense.bias</c>.</summary>
    /// <exception cref="InvalidDataException">The graph has no such tensor, or several.</exception>
    public string FindName(string name) => _storedNames[name].ToList() switch
    {
        [var stored] => stored,
        [] => throw new InvalidDataException($"has no tensor '{name}'. {Advice}"),
        var several => throw new InvalidDataException($"has several tensors '{name}': {string.Join(", ", several.Take(3))}. {Advice}"),
    };

    /// <summary>Returns a tensor by its name in the encoder.</summary>
    /// <inheritdoc cref="FindName"/>
    public OnnxTensor Find(string name)
    {
        var stored = FindName(name);
        _used.Add(stored);
        return _graph.Tensors[stored].RequireWeights();
    }

    /// <summary>Returns the matrix of a linear layer, [outputs, inputs], or transposed as the graph stores it.</summary>
    /// <param name="layer">The name, such as <c>encoder.layer.0.output.dense</c>.</param>
    /// <exception cref="InvalidDataException">The bias is not added to the product of a stored matrix.</exception>
    public StoredMatrix FindMatrix(string layer)
    {
        var (name, isTransposed) = FindAddition(layer) switch
        {
            { Operator: "Gemm", Inputs: [_, var matrix, _] } gemm =>
                (matrix, gemm.Attributes.GetValueOrDefault("transB")?.Integer is null or 0),
            var addition => (FindProduct(addition, layer).Inputs[1], true),
        };
        while (_graph.FindProducer(name) is { Operator: "Transpose" or "Cast" or "Identity", Inputs: [var source] } node)
            (name, isTransposed) = (source, node.Operator == "Transpose" ? !isTransposed : isTransposed);
        if (!_graph.Tensors.TryGetValue(name, out var tensor))
            throw new InvalidDataException($"computes the matrix of '{layer}' instead of storing it: a quantized model. {Advice}");
        _used.Add(name);
        return new(tensor.RequireWeights(), isTransposed);
    }

    /// <summary>Returns the value that a linear layer computes.</summary>
    /// <inheritdoc cref="FindMatrix"/>
    public string FindOutput(string layer) => FindAddition(layer).Outputs[0];

    /// <summary>Requires that every weight of the file was found: what this project does not know must not be left out.</summary>
    /// <exception cref="InvalidDataException">There is another weight.</exception>
    public void RequireNoOther()
    {
        var named = _storedNames.SelectMany(static group => group);
        var multiplied = _graph.Nodes.Where(static node => node.Operator is "MatMul" or "Gemm").SelectMany(static node => node.Inputs)
            .Where(input => _graph.Tensors.TryGetValue(input, out var tensor) && tensor.Shape.Length > 1);
        if (named.Concat(multiplied).FirstOrDefault(name => !_used.Contains(name)) is { } other)
        {
            throw new InvalidDataException($"has weights that are no part of a BERT encoder with a classifier: '{other}'. "
                + "Export the encoder alone (AutoModel), or with AutoModelForSequenceClassification or AutoModelForTokenClassification");
        }
    }

    private OnnxNode FindAddition(string layer)
    {
        var bias = FindName(layer + Bias);
        return _graph.FindConsumers(bias).FirstOrDefault(static node => node is { Operator: "Add" or "Gemm", Outputs: [_] })
            ?? throw new InvalidDataException($"does not add '{bias}' to a product: a quantized or optimized model. {Advice}");
    }

    private OnnxNode FindProduct(OnnxNode addition, string layer) =>
        addition.Inputs.Select(_graph.FindProducer).FirstOrDefault(static node => node is { Operator: "MatMul", Inputs: [_, _] })
            ?? throw new InvalidDataException($"does not compute '{layer}' as a product: a quantized or optimized model. {Advice}");

    [GeneratedRegex(@"(^|\.)(?<name>(embeddings|encoder|pooler|classifier)\.[A-Za-z0-9_.]+)$")]
    private static partial Regex EncoderName();

    [GeneratedRegex(@"^encoder\.layer\.(?<index>[0-9]{1,3})\.")]
    private static partial Regex LayerIndex();
}

/// <summary>A matrix of a linear layer.</summary>
/// <param name="Tensor">The tensor of the file.</param>
/// <param name="IsTransposed">Whether it is stored as [inputs, outputs] instead of [outputs, inputs].</param>
internal sealed record StoredMatrix(OnnxTensor Tensor, bool IsTransposed)
{
    /// <summary>The shape [outputs, inputs].</summary>
    public long[] Shape => IsTransposed ? [.. Tensor.Shape.Reverse()] : Tensor.Shape;
}
