using System.Text;
using StreamBert.Cli.CommandLine;

namespace StreamBert.Cli.Files;

/// <summary>How the characters of a file are stored.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="Encoding">Null: UTF-8, which is read as it is.</param>
internal sealed record TextEncoding(string Name, Encoding? Encoding)
{
    private const string Cure
        = "say --encoding windows-1252 (Western European; others: utf-16le, iso-8859-2, shift_jis …), or save it as UTF-8";

    /// <summary>Between characters that UTF-16 writes with a NUL, at least this share of bytes are.</summary>
    private const double NulShare = 0.2;
    private static readonly TextEncoding Utf8Encoding = new("UTF-8", null);

    /// <summary>The longer marks first: that of UTF-32 begins like that of UTF-16.</summary>
    private static readonly (byte[] Mark, TextEncoding Encoding)[] Marks =
    [
        ([0xFF, 0xFE, 0, 0], new("UTF-32 LE", Encoding.UTF32)),
        ([0, 0, 0xFE, 0xFF], new("UTF-32 BE", new UTF32Encoding(bigEndian: true, byteOrderMark: true))),
        ([0xEF, 0xBB, 0xBF], Utf8Encoding),
        ([0xFF, 0xFE], new("UTF-16 LE", Encoding.Unicode)),
        ([0xFE, 0xFF], new("UTF-16 BE", Encoding.BigEndianUnicode)),
    ];

    static TextEncoding() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <exception cref="CliException">There is no such encoding.</exception>
    public static TextEncoding Named(string name)
    {
        try
        {
            var encoding = Encoding.GetEncoding(name);
            return encoding.CodePage == Encoding.UTF8.CodePage ? Utf8Encoding : new(encoding.WebName, encoding);
        }
        catch (ArgumentException e)
        {
            throw new CliException($"--encoding {name} is no encoding known here; such are utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, shift_jis, gb18030.", e);
        }
    }

    /// <summary>What a byte order mark says, else what the user says, else UTF-8.</summary>
    /// <param name="head">The first bytes of the file.</param>
    /// <exception cref="CliException">It is none of them, as far as its first bytes show; the message says what to do.</exception>
    public static TextEncoding Of(ReadOnlySpan<byte> head, string? named, string path)
    {
        foreach (var (mark, encoding) in Marks)
        {
            if (head.StartsWith(mark))
            {
                return named is null || Named(named) is var said && (said.Encoding?.CodePage == encoding.Encoding?.CodePage)
                    ? encoding
                    : throw new CliException(
                        $"'{path}' begins with the byte order mark of {encoding.Name}, and --encoding says {named}; leave --encoding out.");
            }
        }

        if (named is not null)
            return Named(named);
        if (head.Count((byte)0) > head.Length * NulShare)
            throw new CliException($"'{path}' is full of NUL bytes: it is binary, or UTF-16 without a byte order mark. If it is text, say --encoding {(head.Length > 1 && head[0] == 0 ? "utf-16be" : "utf-16le")}.");
        return !WesternText.IsLikely(head) ? Utf8Encoding : throw new CliException(
            $"'{path}' is not UTF-8; it looks like Windows-1252 or another encoding with one byte a character: {Cure}. With --encoding utf-8 it is read all the same, and rows that are not UTF-8 are reported.");
    }

    /// <summary>The bytes of a file as UTF-8, without a byte order mark.</summary>
    public Stream ToUtf8(Stream content) =>
        new MarkFree(Encoding is null ? content : Encoding.CreateTranscodingStream(content, Encoding, System.Text.Encoding.UTF8));
}
