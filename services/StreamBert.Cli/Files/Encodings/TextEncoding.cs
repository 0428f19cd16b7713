using System.Text;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Files.Encodings;

/// <summary>Represents the character encoding of a file.</summary>
/// <param name="Name">The name shown to users.</param>
/// <param name="Encoding">Null for UTF-8, which needs no conversion.</param>
internal sealed record TextEncoding(string Name, Encoding? Encoding)
{
    private const string Remedy =
        "give --encoding windows-1252 (Western European; others: utf-16le, iso-8859-2, shift_jis …), or save it as UTF-8";

    /// <summary>The least share of NUL bytes in UTF-16 text of mostly ASCII characters.</summary>
    private const double MinNulShare = 0.2;
    private static readonly TextEncoding Utf8Encoding = new("UTF-8", null);

    /// <summary>The byte order marks. Longer ones come first, because the mark of UTF-32 LE begins with that of UTF-16 LE.</summary>
    private static readonly (byte[] Mark, TextEncoding Encoding)[] ByteOrderMarks =
    [
        ([0xFF, 0xFE, 0, 0], new("UTF-32 LE", Encoding.UTF32)),
        ([0, 0, 0xFE, 0xFF], new("UTF-32 BE", new UTF32Encoding(bigEndian: true, byteOrderMark: true))),
        ([0xEF, 0xBB, 0xBF], Utf8Encoding),
        ([0xFF, 0xFE], new("UTF-16 LE", Encoding.Unicode)),
        ([0xFE, 0xFF], new("UTF-16 BE", Encoding.BigEndianUnicode)),
    ];

    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="CliException">The encoding is unknown.</exception>
    public static TextEncoding Parse(string name)
    {
        try
        {
            var encoding = Encoding.GetEncoding(name);
            return encoding.CodePage == Encoding.UTF8.CodePage ? Utf8Encoding : new(encoding.WebName, encoding);
        }
        catch (ArgumentException e)
        {
            throw new CliException(
                $"--encoding {name} is unknown; give one such as utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, shift_jis or "
                    + "gb18030.", e);
        }
    }

    /// <summary>Detects the encoding from a byte order mark; without one it is the given encoding, or UTF-8 if none is given.</summary>
    /// <param name="prefix">The first bytes of the file.</param>
    /// <exception cref="CliException">The first bytes contradict the encoding; the message suggests a remedy.</exception>
    public static TextEncoding Detect(ReadOnlySpan<byte> prefix, string? given, string path)
    {
        foreach (var (mark, encoding) in ByteOrderMarks)
        {
            if (prefix.StartsWith(mark))
                return RequireMatch(encoding, given, path);
        }
        if (given is not null)
            return Parse(given);
        if (prefix.Count((byte)0) > prefix.Length * MinNulShare)
        {
            var likely = prefix.Length > 1 && prefix[0] == 0 ? "utf-16be" : "utf-16le";
            throw new CliException(
                $"'{path}' contains many NUL bytes: it is binary, or UTF-16 without a byte order mark. If it is text, give --encoding "
                    + $"{likely}.");
        }
        return !SingleByteEncodingDetector.IsLikely(prefix) ? Utf8Encoding : throw new CliException(
            $"'{path}' is not UTF-8; it is probably Windows-1252 or another single-byte encoding: {Remedy}. "
            + "With --encoding utf-8 it is read as UTF-8, and rows that are not UTF-8 are reported.");
    }

    /// <summary>Converts the bytes of a file to UTF-8 without a byte order mark.</summary>
    public Stream ToUtf8(Stream content) =>
        new BomSkippingStream(Encoding is null ? content : Encoding.CreateTranscodingStream(content, Encoding, System.Text.Encoding.UTF8));

    private static TextEncoding RequireMatch(TextEncoding detected, string? given, string path)
    {
        var isMatch = given is null || Parse(given).Encoding?.CodePage == detected.Encoding?.CodePage;
        return isMatch ? detected : throw new CliException(
            $"'{path}' begins with the byte order mark of {detected.Name}, which contradicts --encoding {given}; omit --encoding.");
    }
}
