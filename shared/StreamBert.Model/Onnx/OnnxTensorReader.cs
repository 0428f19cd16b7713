using System.Runtime.InteropServices;

namespace StreamBert.Model.Onnx;

/// <summary>
/// Reads a stored tensor (<c>TensorProto</c>): its values are raw bytes, or for small constants a list of float32 or int64 numbers.
/// </summary>
internal static class OnnxTensorReader
{
    private const int Dimension = 1, DataType = 2, FloatList = 4, IntegerList = 7, Name = 8, Raw = 9, Location = 14;
    private const int MaxDimensions = 8, MaxListed = 1 << 20;

    /// <exception cref="InvalidDataException">The values are in another file, or they are too many.</exception>
    public static OnnxTensor Read(ArraySegment<byte> message)
    {
        List<long> shape = [], integers = [];
        List<float> floats = [];
        var (name, type, values) = ("", OnnxType.Undefined, default(ReadOnlyMemory<byte>));
        foreach (var field in ProtobufField.ReadAll(message))
        {
            switch (field.Number)
            {
                case Dimension:
                    Add(shape, field, MaxDimensions);
                    break;
                case DataType:
                    type = (OnnxType)field.Integer;
                    break;
                case FloatList when field.HasContent:
                    values = field.Content;
                    break;
                case FloatList:
                    floats.Add(field.Float);
                    break;
                case IntegerList:
                    Add(integers, field, MaxListed);
                    break;
                case Name:
                    name = field.Text;
                    break;
                case Raw:
                    values = field.Content;
                    break;
                case Location when field.Integer != 0:
                    throw new InvalidDataException($"keeps tensor '{name}' in another file; export the model into one file");
            }
        }
        return new(name, [.. shape], type, values.Length > 0 ? values : ToBytes(floats, integers));
    }

    /// <summary>Adds an integer, or several if the list is packed.</summary>
    private static void Add(List<long> list, ProtobufField field, int limit)
    {
        foreach (var value in field.HasContent ? ProtobufField.ReadIntegers(field.Content) : [field.Integer])
        {
            if (list.Count == limit)
                throw new InvalidDataException($"has a tensor with more than {limit} listed numbers");
            list.Add(value);
        }
    }

    private static byte[] ToBytes(List<float> floats, List<long> integers) => floats.Count > 0
        ? MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(floats)).ToArray()
        : MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(integers)).ToArray();
}
