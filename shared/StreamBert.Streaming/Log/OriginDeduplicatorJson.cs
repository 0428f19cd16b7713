using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Streaming.Log;

/// <summary>Converts <see cref="OriginDeduplicator"/> to and from an array of its windows, each in base64.</summary>
public sealed class OriginDeduplicatorJson : JsonConverter<OriginDeduplicator>
{
    /// <inheritdoc />
    public override OriginDeduplicator Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, OriginDeduplicatorContext.Default.SavedOffsetWindowArray) is { } windows
        && OriginDeduplicator.Restore(windows) is { } restored
            ? restored
            : throw new JsonException("The saved offset windows are invalid.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, OriginDeduplicator value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value.Save()], OriginDeduplicatorContext.Default.SavedOffsetWindowArray);
}

/// <summary>The saved window of the offsets of one input partition with an outcome in one output partition.</summary>
internal sealed record SavedOffsetWindow(string Topic, int Partition, string Output, int OutputPartition, byte[] Offsets);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SavedOffsetWindow[]))]
internal sealed partial class OriginDeduplicatorContext : JsonSerializerContext;
