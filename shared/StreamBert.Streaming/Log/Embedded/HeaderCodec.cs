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

    public static IReadOnlyDictionary<string, byte[]> Decode(byte[]? encoded)
    {
        if (encoded is null)
            return None;
        using var reader = new BinaryReader(new MemoryStream(encoded), Encoding.UTF8);
        var count = reader.Read7BitEncodedInt();
        var headers = new Dictionary<string, byte[]>(count);
        for (var i = 0; i < count; i++)
            headers[reader.ReadString()] = reader.ReadBytes(reader.Read7BitEncodedInt());
        return headers;
    }
}
