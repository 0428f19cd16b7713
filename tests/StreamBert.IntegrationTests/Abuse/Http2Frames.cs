using System.Buffers.Binary;
using System.Text;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>
/// Writes and reads frames of HTTP/2 (RFC 9113) without judging them. Header fields are literals without Huffman coding (RFC 7541).
/// </summary>
internal static class Http2Frames
{
    public const byte Data = 0, HeaderBlock = 1, Priority = 2, Reset = 3, Settings = 4, PushPromise = 5, Ping = 6, GoAway = 7, WindowUpdate
        = 8, Continuation = 9;
    public const byte EndStream = 1, Acknowledge = 1, EndHeaders = 4, Padded = 8;

    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload
            .Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Block(params IEnumerable<(string Name, string Value)> fields)
        => [.. fields.SelectMany(static field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])];

    public static byte[] Request(
        string method,
        string target,
        string authority,
        IEnumerable<(string, string)> headers,
        byte[] body,
        int stream = 1)
    {
        var block = Block([(":method", method), (":scheme", "https"), (":path", target), (":authority", authority), .. headers]);
        var frames = new List<byte>(Frame(
            HeaderBlock,
            (byte)((body.Length == 0 ? EndStream : 0) | (block.Length <= 16_384 ? EndHeaders : 0)),
            stream,
            block.AsSpan(0, Math.Min(block.Length, 16_384))));
        for (var at = 16_384; at < block.Length; at += 16_384)
        {
            frames.AddRange(Frame(
                Continuation,
                at + 16_384 >= block.Length ? EndHeaders : (byte)0,
                stream,
                block.AsSpan(at, Math.Min(16_384, block.Length - at))));
        }

        for (var at = 0; at < Math.Min(body.Length, 65_535); at += 16_384) // as far as the window goes that every stream has
        {
            frames.AddRange(Frame(
                Data,
                at + 16_384 >= Math.Min(body.Length, 65_535) ? EndStream : (byte)0,
                stream,
                body.AsSpan(at, Math.Min(16_384, Math.Min(body.Length, 65_535) - at))));
        }

        return [.. frames];
    }

    /// <summary>The status in a header block of Kestrel, which writes it first; 0: none is there.</summary>
    public static int StatusOf(ReadOnlySpan<byte> block)
    {
        while (block.Length > 0 && (block[0] & 0xE0) == 0x20) block = block[1..]; // changes of the table's size
        if (block.Length == 0) return 0;
        if (block[0] is >= 0x88 and <= 0x8E) return new[] { 200, 204, 206, 304, 400, 404, 500 }[block[0] - 0x88];
        return block.Length >= 5 && (block[0] & 0x0F) == 8 && int.TryParse(Encoding.ASCII.GetString(block[2..5]), out var status)
            ? status
            : 0;
    }

    private static ReadOnlySpan<byte> RetryAfter => [0x0F, 0x26];

    /// <summary>Whether a header block has the field <c>retry-after</c>, the 53rd of the static table.</summary>
    public static bool HasRetryAfter(ReadOnlySpan<byte> block)
        => block.IndexOf(RetryAfter) >= 0 || block.IndexOf((byte)0x75) >= 0 || block.IndexOf("retry-after"u8) >= 0;

    private static byte[] Text(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        return [.. Integer(bytes.Length), .. bytes];
    }

    private static byte[] Integer(int value)
    {
        if (value < 127) return [(byte)value];
        var bytes = new List<byte> { 127 };
        for (value -= 127; value >= 128; value >>= 7) bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
