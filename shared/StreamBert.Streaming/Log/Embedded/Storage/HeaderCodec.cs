using System.Text;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>Headers as one column: their number, then name and value of each, every length as a 7-bit encoded integer.</summary>
internal static class HeaderCodec
{
    private static readonly Dictionary<string, byte[]> None = [];

    /// <returns>Null for no headers.</returns>
    public static byte[]? Encode(IReadOnlyDictionary<string, byte[]> headers)
    {
        if (headers.Count == 0)
            return null;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write7BitEncodedInt(headers.Count);
        foreach (var (name, value) in headers)
        {
            writer.Write(name);
            writer.Write7BitEncodedInt(value.Length);
            writer.Write(value);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <returns>The headers, and what is wrong with the column: then they are those before the damage.</returns>
    public static (IReadOnlyDictionary<string, byte[]> Headers, string? Damage) Decode(byte[]? encoded)
    {
        if (encoded is null)
            return (None, null);
        var headers = new Dictionary<string, byte[]>();
        try
        {
            using var reader = new BinaryReader(new MemoryStream(encoded), Encoding.UTF8);
            for (var left = Length(reader); left > 0; left--)
                headers[Encoding.UTF8.GetString(reader.ReadBytes(Length(reader)))] = reader.ReadBytes(Length(reader));
            var rest = reader.BaseStream.Length - reader.BaseStream.Position;
            return (headers, rest == 0 ? null : FormattableString.Invariant($"{rest} bytes follow its last header"));
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            return (headers, $"its headers cannot be decoded ({e.Message})");
        }
    }

    /// <summary>A length, or a number of headers: never more than bytes follow, whatever a damaged column claims.</summary>
    private static int Length(BinaryReader reader)
    {
        var (length, left) = (reader.Read7BitEncodedInt(), reader.BaseStream.Length - reader.BaseStream.Position);
        return length >= 0 && length <= left ? length : throw new FormatException($"{length} was read where at most {left} can follow.");
    }
}
