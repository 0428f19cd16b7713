namespace StreamBert.Cli.Files;

/// <summary>Plain text: a text a line; empty lines are texts too.</summary>
internal static class PlainRows
{
    /// <summary>A longer line is a sign of a file that is not text.</summary>
    private const int MaxLineBytes = 64 * 1024 * 1024;

    public static IEnumerable<(byte[] Raw, IReadOnlyDictionary<string, string>? Fields, string? Fault)> Read(Stream content) =>
        Lines(content).Select(static line => Utf8.TryDecode(line) is { } text
            ? (line, new Dictionary<string, string> { [RowFile.PlainColumn] = text }, null)
            : (line, (IReadOnlyDictionary<string, string>?)null, "it is not UTF-8"));

    /// <summary>Lines without their ends (LF or CR LF) and without a byte order mark.</summary>
    public static IEnumerable<byte[]> Lines(Stream content)
    {
        var line = new MemoryStream();
        var first = true;
        for (int next; (next = content.ReadByte()) >= 0;)
        {
            if (next == '\n')
            {
                yield return End(line, ref first);
                continue;
            }
            line.WriteByte((byte)next);
            if (line.Length > MaxLineBytes)
                throw new InvalidDataException($"a line is longer than {MaxLineBytes / (1024 * 1024)} MB.");
        }
        if (line.Length > 0)
            yield return End(line, ref first);
    }

    private static byte[] End(MemoryStream line, ref bool first)
    {
        ReadOnlySpan<byte> bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        if (bytes is [.., (byte)'\r'])
            bytes = bytes[..^1];
        if (first && bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        first = false;
        line.SetLength(0);
        return bytes.ToArray();
    }
}
