using System.Buffers;
using System.Text;

namespace StreamBert.Cli.Files;

/// <summary>
/// Tells a text in an encoding with one byte a character (Windows-1252, Latin-1 and their like) from UTF-8 with broken bytes in it: there a
/// byte
/// that UTF-8 does not allow makes sense as a letter in its word, or as a sign between words.
/// </summary>
internal static class WesternText
{
    /// <summary>Whether the bytes make more sense so than as UTF-8.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> bytes)
    {
        var (western, utf8) = (0, 0);
        for (var at = 0; at < bytes.Length;)
        {
            var ascii = bytes[at..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii < 0)
                break;
            at += ascii;
            var status = Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed);
            if (status == OperationStatus.NeedMoreData)
                break; // the sample ends within a character
            if (status == OperationStatus.Done || !MakesSense(bytes, at))
                utf8++;
            else
                western++;
            at += status == OperationStatus.Done ? consumed : 1;
        }
        return western > utf8;
    }

    private static bool MakesSense(ReadOnlySpan<byte> bytes, int at)
    {
        var (before, here, after) = (at > 0 ? bytes[at - 1] : (byte)' ', bytes[at], at + 1 < bytes.Length ? bytes[at + 1] : (byte)' ');
        if (here < 0xC0)
            return true; // £ § ° ’ “ – …
        var isCapital = here < 0xE0;
        return (char.IsAsciiLetter((char)before) || char.IsAsciiLetter((char)after))
            && !(isCapital && char.IsAsciiLetterLower((char)before));
    }
}
