namespace StreamBert.Model.Onnx;

/// <summary>The part of an ONNX graph that weights are read from: its stored tensors and its nodes. Nothing is executed.</summary>
/// <param name="Tensors">Name → stored tensor: the initializers, the values of Constant nodes, and copies of them.</param>
/// <param name="Nodes">The nodes in the order of the file.</param>
internal sealed record OnnxGraph(IReadOnlyDictionary<string, OnnxTensor> Tensors, IReadOnlyList<OnnxNode> Nodes)
{
    private readonly Dictionary<string, OnnxNode> _producers = Nodes
        .SelectMany(static node => node.Outputs.Select(output => (output, node)))
        .DistinctBy(static pair => pair.output)
        .ToDictionary(static pair => pair.output, static pair => pair.node, StringComparer.Ordinal);

    private readonly ILookup<string, OnnxNode> _consumers = Nodes
        .SelectMany(static node => node.Inputs.Select(input => (input, node)))
        .ToLookup(static pair => pair.input, static pair => pair.node, StringComparer.Ordinal);

    /// <summary>Returns the node that computes a value; null if it is stored or an input of the graph.</summary>
    public OnnxNode? FindProducer(string value) => _producers.GetValueOrDefault(value);

    /// <summary>Returns the nodes that read a value.</summary>
    public IEnumerable<OnnxNode> FindConsumers(string value) => _consumers[value];
}

/// <summary>An operation of the graph.</summary>
/// <param name="Operator">The operator, such as <c>MatMul</c>.</param>
/// <param name="Inputs">The names of the inputs; an optional one that is left out is empty.</param>
/// <param name="Outputs">The names of the outputs.</param>
/// <param name="Attributes">The attributes by name.</param>
internal sealed record OnnxNode(
    string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes);

/// <summary>An attribute of an operation; what it does not have is null.</summary>
internal sealed record OnnxAttribute(float? Float, long? Integer, string? Text, OnnxTensor? Tensor)
{
    /// <summary>The value as a tensor; null for a text.</summary>
    public OnnxTensor? Value => this switch
    {
        { Tensor: { } tensor } => tensor,
        { Float: { } number } => new("", [], OnnxType.Float32, BitConverter.GetBytes(number)),
        { Integer: { } integer } => new("", [], OnnxType.Int64, BitConverter.GetBytes(integer)),
        _ => null,
    };
}
