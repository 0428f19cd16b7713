using System.Text;
using System.Text.Unicode;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Shows bytes as text if they are valid UTF-8, else as base64.</summary>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="Text">The text, if the bytes are valid UTF-8.</param>
/// <param name="Base64">The bytes in base64, if they are not.</param>
public sealed record BytesView(int Bytes, string? Text, string? Base64)
{
    /// <summary>Creates the view of bytes; null for null.</summary>
    /// <param name="bytes">The bytes.</param>
    public static BytesView? From(byte[]? bytes) => bytes switch
    {
        null => null,
        _ when Utf8.IsValid(bytes) => new(bytes.Length, Encoding.UTF8.GetString(bytes), null),
        _ => new(bytes.Length, null, Convert.ToBase64String(bytes)),
    };
}
