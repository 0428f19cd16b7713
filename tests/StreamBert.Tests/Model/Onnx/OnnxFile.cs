using System.Runtime.InteropServices;
using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace StreamBert.Tests.Model.Onnx;

/// <summary>A small ONNX model made by hand: the fields of <c>onnx.proto</c> that exporters write, in their order.</summary>
internal sealed class OnnxFile
{
    public const int Float32 = 1, Int8 = 3, Int64 = 7;

    /// <summary>The initializers: name, shape, type, raw values.</summary>
    public List<(string Name, long[] Shape, int Type, byte[] Values)> Tensors { get; } = [];

    /// <summary>The nodes; an attribute is a number, an integer or a tensor.</summary>
    public List<(string Operator, string[] Inputs, string[] Outputs, (string Name, object Value)[] Attributes)> Nodes { get; } = [];

    public static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    public string Add(string @operator, string[] inputs, string output, params (string, object)[] attributes)
    {
        Nodes.Add((@operator, inputs, [output], attributes));
        return output;
    }

    public string AddTensor(string name, long[] shape, params float[] values)
    {
        Tensors.Add((name, shape, Float32, Bytes(values)));
        return name;
    }

    public string AddConstant<T>(string name, long[] shape, int type, params T[] values) where T : unmanaged =>
        Add("Constant", [], name, ("value", Tensor("", shape, type, Bytes(values))));

    public byte[] ToBytes()
    {
        var graph = Message(output =>
        {
            foreach (var node in Nodes)
                Write(output, 1, Node(node.Operator, node.Inputs, node.Outputs, node.Attributes));
            Write(output, 2, "main_graph"u8.ToArray());
            foreach (var (name, shape, type, values) in Tensors)
                Write(output, 5, Tensor(name, shape, type, values));
        });
        return Message(output =>
        {
            Write(output, 1, 8L);
            Write(output, 2, "pytorch"u8.ToArray());
            Write(output, 7, graph);
            Write(output, 8, Message(static opset => Write(opset, 2, 14L)));
        });
    }

    public static byte[] Tensor(string name, long[] shape, int type, byte[] values) => Message(output =>
    {
        foreach (var dimension in shape)
            Write(output, 1, dimension);
        Write(output, 2, (long)type);
        Write(output, 8, System.Text.Encoding.UTF8.GetBytes(name));
        Write(output, 9, values);
    });

    public static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
            write(output);
        return stream.ToArray();
    }

    public static void Write(CodedOutputStream output, int field, byte[] content)
    {
        output.WriteTag(field, WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
    }

    public static void Write(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireType.Varint);
        output.WriteInt64(value);
    }

    private static byte[] Node(string name, string[] inputs, string[] outputs, (string, object)[] attributes) => Message(output =>
    {
        foreach (var input in inputs)
            Write(output, 1, System.Text.Encoding.UTF8.GetBytes(input));
        foreach (var value in outputs)
            Write(output, 2, System.Text.Encoding.UTF8.GetBytes(value));
        Write(output, 4, System.Text.Encoding.UTF8.GetBytes(name));
        foreach (var (attribute, value) in attributes)
            Write(output, 5, Attribute(attribute, value));
    });

    private static byte[] Attribute(string name, object value) => Message(output =>
    {
        Write(output, 1, System.Text.Encoding.UTF8.GetBytes(name));
        switch (value)
        {
            case float number:
                output.WriteTag(2, WireType.Fixed32);
                output.WriteFloat(number);
                break;
            case long integer:
                Write(output, 3, integer);
                break;
            case byte[] tensor:
                Write(output, 5, tensor);
                break;
        }
    });
}
