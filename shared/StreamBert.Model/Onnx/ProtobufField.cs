using System.Text;
using Google.Protobuf;
using static Google.Protobuf.WireFormat;

namespace StreamBert.Model.Onnx;

/// <summary>
/// A field of a Protocol Buffers message. Nested messages, texts and raw bytes are views of the buffer, so that a length in a file
/// allocates nothing.
/// </summary>
internal readonly struct ProtobufField
{
    private readonly WireType _type;
    private readonly ulong _value;
    private readonly ArraySegment<byte> _content;

    private ProtobufField(int number, WireType type, ulong value, ArraySegment<byte> content) =>
        (Number, _type, _value, _content) = (number, type, value, content);

    public int Number { get; }

    /// <summary>Whether the field is a text, raw bytes, a nested message or a packed list.</summary>
    public bool HasContent => _type == WireType.LengthDelimited;

    /// <exception cref="InvalidDataException">The field has another wire type.</exception>
    public ArraySegment<byte> Content => HasContent ? _content : throw WrongType();

    /// <inheritdoc cref="Content"/>
    public string Text => Encoding.UTF8.GetString(Content);

    /// <inheritdoc cref="Content"/>
    public long Integer => _type == WireType.Varint ? (long)_value : throw WrongType();

    /// <inheritdoc cref="Content"/>
    public float Float => _type == WireType.Fixed32 ? BitConverter.UInt32BitsToSingle((uint)_value) : throw WrongType();

    /// <summary>Reads the fields of a message one after the other.</summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no message, or they end within a field.</exception>
    public static IEnumerable<ProtobufField> ReadAll(ArraySegment<byte> message)
    {
        using var input = new CodedInputStream(message.Array!, message.Offset, message.Count);
        while (input.ReadTag() is not 0 and var tag)
            yield return Read(input, tag, message.Array!);
    }

    /// <summary>Reads a packed list of integers.</summary>
    /// <inheritdoc cref="ReadAll"/>
    public static IEnumerable<long> ReadIntegers(ArraySegment<byte> packed)
    {
        using var input = new CodedInputStream(packed.Array!, packed.Offset, packed.Count);
        while (!input.IsAtEnd)
            yield return input.ReadInt64();
    }

    private static ProtobufField Read(CodedInputStream input, uint tag, byte[] buffer)
    {
        var (number, type) = (GetTagFieldNumber(tag), GetTagWireType(tag));
        switch (type)
        {
            case WireType.Varint:
                return new(number, type, input.ReadUInt64(), default);
            case WireType.Fixed32:
                return new(number, type, input.ReadFixed32(), default);
            case WireType.LengthDelimited:
                return new(number, type, 0, ReadContent(input, buffer));
            default:
                input.SkipLastField();
                return new(number, type, 0, default);
        }
    }

    /// <summary>Skips the field, which checks its length, and returns the bytes that were skipped.</summary>
    private static ArraySegment<byte> ReadContent(CodedInputStream input, byte[] buffer)
    {
        var start = (int)input.Position;
        input.SkipLastField();
        var end = (int)input.Position;
        using var field = new CodedInputStream(buffer, start, end - start);
        var length = field.ReadLength();
        return new(buffer, end - length, length);
    }

    private InvalidDataException WrongType() => new($"is no ONNX model: field {Number} has the wire type {_type}");
}
