using System.Buffers.Binary;
using System.Text;

namespace StreamBert.Model.Training.TensorBoard;

/// <summary>Encodes TensorBoard's <c>Event</c> message (tensorflow/core/util/event.proto) in the protobuf wire format.</summary>
internal static class ScalarEvent
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    /// <summary>Encodes the first event of a file, which states its version.</summary>
    /// <param name="time">The time in seconds since 1970.</param>
    public static byte[] EncodeVersion(double time) => [.. EncodeTime(time), .. EncodeBytes(3, "brain.Event:2"u8)];

    /// <summary>Encodes a value at a step.</summary>
    /// <param name="time">The time in seconds since 1970.</param>
    public static byte[] Encode(double time, TrainingMetric metric)
    {
        var number = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, (float)metric.Value);
        byte[] value = [.. EncodeBytes(1, Encoding.UTF8.GetBytes(metric.Tag)), Key(2, Fixed32), .. number];
        return [.. EncodeTime(time), Key(2, Varint), .. EncodeVarint((ulong)metric.Step), .. EncodeBytes(5, EncodeBytes(1, value))];
    }

    private static byte[] EncodeTime(double time)
    {
        var encoded = new byte[1 + sizeof(double)];
        encoded[0] = Key(1, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(encoded.AsSpan(1), time);
        return encoded;
    }

    private static byte[] EncodeBytes(int field, ReadOnlySpan<byte> content) =>
        [Key(field, Bytes), .. EncodeVarint((ulong)content.Length), .. content];

    private static List<byte> EncodeVarint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }

    private static byte Key(int field, int type) => (byte)((field << 3) | type);
}
