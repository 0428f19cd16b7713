using Google.Protobuf;
using StreamBert.Contracts;

namespace StreamBert.Model.Onnx;

/// <summary>
/// Reads the graph of an ONNX model: tensors and nodes, without what runs them. The field numbers are those of <c>onnx.proto</c>. Tensors
/// in other files, sparse tensors and files of 2 GB and more are refused.
/// </summary>
internal static class OnnxReader
{
    private const int ModelGraph = 7, GraphNode = 1, GraphTensor = 5, GraphSparse = 15;
    private const int MaxNodes = 100_000;

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="ModelPackageException">The file cannot be read, or it is too large.</exception>
    public static ArraySegment<byte> ReadFile(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            if (stream.Length > Array.MaxLength)
                throw new ModelPackageException($"{path} has {stream.Length} bytes; ONNX files of up to {Array.MaxLength} are read.");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="InvalidDataException">
    /// The bytes are no ONNX model that can be read; the message continues a sentence that begins with the name of the file.
    /// </exception>
    public static OnnxGraph Parse(ArraySegment<byte> model)
    {
        try
        {
            var graphs = ProtobufField.ReadAll(model).Where(static field => field.Number == ModelGraph).ToList();
            return graphs is [var graph] ? ReadGraph(graph.Content) : throw new InvalidDataException("is no ONNX model: it has no graph");
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("is no ONNX model, or only the beginning of one; copy or export it again", e);
        }
    }

    private static OnnxGraph ReadGraph(ArraySegment<byte> message)
    {
        List<OnnxNode> nodes = [];
        Dictionary<string, OnnxTensor> tensors = new(StringComparer.Ordinal);
        foreach (var field in ProtobufField.ReadAll(message))
        {
            switch (field.Number)
            {
                case GraphNode:
                    nodes.Add(OnnxNodeReader.Read(field.Content));
                    break;
                case GraphTensor:
                    Add(tensors, OnnxTensorReader.Read(field.Content));
                    break;
                case GraphSparse:
                    throw new InvalidDataException("has sparse tensors, which are not read; export it with dense ones");
            }
            if (nodes.Count > MaxNodes || tensors.Count > MaxNodes)
                throw new InvalidDataException($"has more than {MaxNodes} nodes or tensors");
        }
        foreach (var node in nodes)
            AddValue(tensors, node);
        return new(tensors, nodes);
    }

    /// <summary>Adds the value of a Constant, or the copy of a stored tensor, under the name of the node's output.</summary>
    private static void AddValue(Dictionary<string, OnnxTensor> tensors, OnnxNode node)
    {
        if (node.Outputs is not [var output])
            return;
        var value = node switch
        {
            { Operator: "Constant" } => node.Attributes.Values.Select(static attribute => attribute.Value).FirstOrDefault(),
            { Operator: "Identity", Inputs: [var input] } => tensors.GetValueOrDefault(input),
            _ => null,
        };
        if (value is not null)
            Add(tensors, value with { Name = output });
    }

    private static void Add(Dictionary<string, OnnxTensor> tensors, OnnxTensor tensor)
    {
        if (!tensors.TryAdd(tensor.Name, tensor))
            throw new InvalidDataException($"has two tensors with the name '{tensor.Name}'");
    }
}
