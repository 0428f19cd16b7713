using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Serving;

/// <summary>Which version is to serve, as the topic <c>models</c> says.</summary>
/// <param name="Sha256">Of <c>model.safetensors</c>; null where the event does not say.</param>
/// <param name="Fingerprint">Of everything that changes an answer; null where the event does not say.</param>
/// <param name="Checksums">Of the package's list of checksums; null where the event does not say.</param>
public sealed record ModelTarget(string Model, string Version, string Directory, string? Sha256, string? Fingerprint = null, string? Checksums = null)
{
    /// <summary>The target a promotion or a roll-back sets; null for every other event.</summary>
    /// <exception cref="JsonException">The record says it is one of them, but is not.</exception>
    public static ModelTarget? From(LogRecord record) => record.Value is { } value ? From(Type(record), value) : null;

    private static ModelTarget? From(string type, byte[] value)
    {
        switch (type)
        {
            case nameof(ModelPromoted):
                var promoted = Wire.Deserialize<ModelPromoted>(value);
                return new(promoted.Model, promoted.Version, promoted.Directory, promoted.Sha256, promoted.Fingerprint, promoted.Checksums);
            case nameof(ModelRolledBack):
                var back = Wire.Deserialize<ModelRolledBack>(value);
                return new(back.Model, back.To, back.Directory, null);
            default:
                return null;
        }
    }

    private static string Type(LogRecord record) =>
        record.Headers.TryGetValue(RecordHeaders.Type, out var type) ? Encoding.UTF8.GetString(type) : "";
}
