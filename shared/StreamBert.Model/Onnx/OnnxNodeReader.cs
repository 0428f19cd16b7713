using System.Runtime.InteropServices;

namespace StreamBert.Model.Onnx;

/// <summary>Reads an operation (<c>NodeProto</c>) with its attributes. Graphs within attributes are skipped.</summary>
internal static class OnnxNodeReader
{
    private const int Input = 1, Output = 2, Operator = 4, Attribute = 5;
    private const int AttributeName = 1, Float = 2, Integer = 3, Text = 4, Tensor = 5, Integers = 8;
    private const int MaxNames = 1000;

    /// <exception cref="InvalidDataException">The node has too many inputs, outputs or attributes.</exception>
    public static OnnxNode Read(ArraySegment<byte> message)
    {
        List<string> inputs = [], outputs = [];
        Dictionary<string, OnnxAttribute> attributes = new(StringComparer.Ordinal);
        var name = "";
        foreach (var field in ProtobufField.ReadAll(message))
        {
            switch (field.Number)
            {
                case Input:
                    inputs.Add(field.Text);
                    break;
                case Output:
                    outputs.Add(field.Text);
                    break;
                case Operator:
                    name = field.Text;
                    break;
                case Attribute:
                    ReadAttribute(field.Content, attributes);
                    break;
            }
            if (inputs.Count + outputs.Count + attributes.Count > MaxNames)
                throw new InvalidDataException($"has a node with more than {MaxNames} inputs and outputs");
        }
        return new(name, inputs, outputs, attributes);
    }

    private static void ReadAttribute(ArraySegment<byte> message, Dictionary<string, OnnxAttribute> attributes)
    {
        var (name, attribute, integers) = ("", new OnnxAttribute(null, null, null, null), new List<long>());
        foreach (var field in ProtobufField.ReadAll(message))
        {
            switch (field.Number)
            {
                case AttributeName:
                    name = field.Text;
                    break;
                case Float:
                    attribute = attribute with { Float = field.Float };
                    break;
                case Integer:
                    attribute = attribute with { Integer = field.Integer };
                    break;
                case Text:
                    attribute = attribute with { Text = field.Text };
                    break;
                case Tensor:
                    attribute = attribute with { Tensor = OnnxTensorReader.Read(field.Content) };
                    break;
                case Integers when integers.Count < MaxNames:
                    integers.AddRange((field.HasContent ? ProtobufField.ReadIntegers(field.Content) : [field.Integer]).Take(MaxNames));
                    break;
            }
        }
        attributes[name] = integers.Count == 0 ? attribute : attribute with { Tensor = ToTensor(name, integers) };
    }

    private static OnnxTensor ToTensor(string name, List<long> integers) =>
        new(name, [integers.Count], OnnxType.Int64, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(integers)).ToArray());
}
