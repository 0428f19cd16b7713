using StreamBert.Cli.Files.Encodings;
using StreamBert.Contracts;

namespace StreamBert.Cli.Files.Rows;

/// <summary>Reads plain text: every line is one text, including empty lines.</summary>
internal static class PlainRows
{
    /// <summary>The name of the only column.</summary>
    public const string Column = "text";

    /// <summary>A longer line indicates that the file is not text.</summary>
    private const int MaxLineBytes = 64 * 1024 * 1024;

    public static IEnumerable<RawRow> Read(Stream content, byte lineEnd = (byte)'\n') =>
        ReadLines(content, lineEnd).Select(static (line, index) => ToRow(line, index + 1));

    /// <summary>Detects the line ending: LF (also after CR), or CR in files that contain no LF.</summary>
    /// <param name="sample">The beginning of the file.</param>
    public static byte DetectLineEnd(ReadOnlySpan<byte> sample) =>
        sample.Contains((byte)'\r') && !sample.Contains((byte)'\n') ? (byte)'\r' : (byte)'\n';

    /// <summary>Reads lines without their line endings.</summary>
    public static IEnumerable<byte[]> ReadLines(Stream content, byte lineEnd)
    {
        var line = new MemoryStream();
        for (int next; (next = content.ReadByte()) >= 0;)
        {
            if (next == lineEnd)
            {
                yield return TakeLine(line);
                continue;
            }
            line.WriteByte((byte)next);
            if (line.Length > MaxLineBytes)
                throw new InvalidDataException($"a line is longer than {MaxLineBytes / (1024 * 1024)} MiB.");
        }
        if (line.Length > 0)
            yield return TakeLine(line);
    }

    private static RawRow ToRow(byte[] line, long number) => StrictUtf8.TryDecode(line) is { } text
        ? new(number, line, new Dictionary<string, Cell> { [Column] = new(text) }, null)
        : new(number, line, null, new(DeadLetterReasons.NotUtf8, "it is not UTF-8 (if the whole file is in another encoding, give "
            + "--encoding)"));

    private static byte[] TakeLine(MemoryStream line)
    {
        ReadOnlySpan<byte> bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        var taken = (bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes).ToArray();
        line.SetLength(0);
        return taken;
    }
}
