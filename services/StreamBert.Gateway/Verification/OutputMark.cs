using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Verification;

/// <summary>What a verification needs of a prediction, its copy or a dead letter; the rest of the JSON is passed over.</summary>
internal sealed record OutputMark
{
    public string? Id { get; init; }
    public RecordOrigin? Origin { get; init; }
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>Null for bytes of strangers.</summary>
    public static OutputMark? Read(LogRecord record)
    {
        try
        {
            return record.Value is null ? null : JsonSerializer.Deserialize(record.Value, MarkContext.Default.OutputMark);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OutputMark))]
internal sealed partial class MarkContext : JsonSerializerContext;
