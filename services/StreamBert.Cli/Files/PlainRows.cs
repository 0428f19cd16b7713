using StreamBert.Contracts;
using StreamBert.Streaming.Reading;

namespace StreamBert.Cli.Files;

/// <summary>Plain text: a text a line; empty lines are texts too.</summary>
internal static class PlainRows
{
    /// <summary>The name of the only column.</summary>
    public const string Column = "text";

    /// <summary>A longer line is a sign of a file that is not text.</summary>
    private const int MaxLineBytes = 64 * 1024 * 1024;

    public static IEnumerable<RawRow> Read(
        Stream content,
        byte end = (byte)'\n') => Lines(content, end).Select(static (line, at) => Utf8.TryDecode(line) is { } text
        ? new RawRow(at + 1, line, new Dictionary<string, Cell> { [Column] = new(text) }, null)
        : new RawRow(
            at + 1,
            line,
            null,
            new(DeadLetterReasons.NotUtf8, "it is not UTF-8 (if the whole file is in another encoding, say --encoding)")));

    /// <summary>LF, also where CR stands before it; CR in files of writers that know no other.</summary>
    /// <param name="sample">The first of the file.</param>
    public static byte LineEnd(ReadOnlySpan<byte> sample)
        => sample.Contains((byte)'\r') && !sample.Contains((byte)'\n') ? (byte)'\r' : (byte)'\n';

    /// <summary>Lines without their ends.</summary>
    public static IEnumerable<byte[]> Lines(Stream content, byte end)
    {
        var line = new MemoryStream();
        for (int next; (next = content.ReadByte()) >= 0;)
        {
            if (next == end)
            {
                yield return Taken(line);
                continue;
            }
            line.WriteByte((byte)next);
            if (line.Length > MaxLineBytes)
                throw new InvalidDataException($"a line is longer than {MaxLineBytes / (1024 * 1024)} MiB.");
        }
        if (line.Length > 0)
            yield return Taken(line);
    }

    private static byte[] Taken(MemoryStream line)
    {
        ReadOnlySpan<byte> bytes = line.GetBuffer().AsSpan(0, (int)line.Length);
        var taken = (bytes is [.., (byte)'\r'] ? bytes[..^1] : bytes).ToArray();
        line.SetLength(0);
        return taken;
    }
}
