using System.Text;

namespace StreamBert.Cli.Files.Encodings;

/// <summary>Decodes UTF-8 and reports invalid bytes, where the framework's default inserts replacement characters.</summary>
internal static class StrictUtf8
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>The text, or null if the bytes are not valid UTF-8.</returns>
    public static string? TryDecode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
