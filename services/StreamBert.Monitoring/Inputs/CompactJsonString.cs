using System.Text;
using System.Text.Json;

namespace StreamBert.Monitoring.Inputs;

/// <summary>A string in JSON.</summary>
/// <param name="quoted">Its characters with the quotation marks.</param>
/// <param name="isEscaped">Whether it has escapes.</param>
internal readonly ref struct CompactJsonString(ReadOnlySpan<byte> quoted, bool isEscaped)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _quoted = quoted;

    /// <summary>Whether <see cref="Raw"/> differs from the characters of the string.</summary>
    public bool IsEscaped { get; } = isEscaped;

    /// <summary>The characters between the quotation marks.</summary>
    public ReadOnlySpan<byte> Raw => _quoted[1..^1];

    /// <exception cref="ArgumentException">The characters are not UTF-8.</exception>
    /// <exception cref="JsonException">An escape is invalid.</exception>
    /// <exception cref="InvalidOperationException">An escape is half of a surrogate pair.</exception>
    public string Decode() => IsEscaped ? Reader().GetString()! : StrictUtf8.GetString(Raw);

    /// <exception cref="FormatException">It is not base64.</exception>
    public byte[] DecodeBase64() => Reader().GetBytesFromBase64();

    /// <summary>Parses a time in ISO 8601.</summary>
    /// <exception cref="FormatException">It is no time.</exception>
    public DateTimeOffset ToTime() => UtcTime.TryParse(Raw, out var time) ? time : Reader().GetDateTimeOffset();

    private Utf8JsonReader Reader()
    {
        var reader = new Utf8JsonReader(_quoted);
        reader.Read();
        return reader;
    }
}
