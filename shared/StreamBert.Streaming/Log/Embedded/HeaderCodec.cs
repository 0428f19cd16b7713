using System.Text;

namespace StreamBert.Streaming.Log.Embedded;

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

    /// <exception cref="InvalidDataException">The column is damaged.</exception>
    public static IReadOnlyDictionary<string, byte[]> Decode(byte[]? encoded)
    {
        if (encoded is null)
            return None;
        try
        {
            using var reader = new BinaryReader(new MemoryStream(encoded), Encoding.UTF8);
            var headers = new Dictionary<string, byte[]>();
            for (var left = Length(reader); left > 0; left--)
                headers[Encoding.UTF8.GetString(reader.ReadBytes(Length(reader)))] = reader.ReadBytes(Length(reader));
            return headers;
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException($"The headers of a record are damaged: {e.Message}", e);
        }
    }

    /// <summary>A length, or a number of headers: never more than bytes follow, whatever a damaged column claims.</summary>
    private static int Length(BinaryReader reader)
    {
        var (length, left) = (reader.Read7BitEncodedInt(), reader.BaseStream.Length - reader.BaseStream.Position);
        return length >= 0 && length <= left ? length : throw new FormatException($"{length} was read where at most {left} can follow.");
    }
}
