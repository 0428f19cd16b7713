using System.Buffers;
using System.Text;

namespace StreamBert.Cli.Files.Encodings;

/// <summary>
/// Distinguishes text in a single-byte encoding (Windows-1252, Latin-1 and similar) from UTF-8 with invalid bytes: in a single-byte
/// encoding, a byte that is invalid in UTF-8 is plausible as a letter inside a word or as punctuation.
/// </summary>
internal static class SingleByteEncodingDetector
{
    /// <summary>Returns whether the bytes are more plausible in a single-byte encoding than as UTF-8.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> bytes)
    {
        var (singleByte, utf8) = (0, 0);
        for (var position = 0; position < bytes.Length;)
        {
            var ascii = bytes[position..].IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
            if (ascii < 0)
                break;
            position += ascii;
            var status = Rune.DecodeFromUtf8(bytes[position..], out _, out var consumed);
            if (status == OperationStatus.NeedMoreData)
                break; // the sample ends inside a character
            if (status == OperationStatus.Done || !IsPlausible(bytes, position))
                utf8++;
            else
                singleByte++;
            position += status == OperationStatus.Done ? consumed : 1;
        }
        return singleByte > utf8;
    }

    private static bool IsPlausible(ReadOnlySpan<byte> bytes, int position)
    {
        var before = position > 0 ? bytes[position - 1] : (byte)' ';
        var current = bytes[position];
        var after = position + 1 < bytes.Length ? bytes[position + 1] : (byte)' ';
        if (current < 0xC0)
            return true; // £ § ° ’ “ – …
        var isCapital = current < 0xE0;
        var isInWord = char.IsAsciiLetter((char)before) || char.IsAsciiLetter((char)after);
        return isInWord && !(isCapital && char.IsAsciiLetterLower((char)before));
    }
}
