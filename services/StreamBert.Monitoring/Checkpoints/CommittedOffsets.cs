using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>
/// The offsets of a commit without a checkpoint of the state: everything before them has been processed, and its outputs are committed.
/// </summary>
/// <param name="NextOffsets">Partition (<c>topic/partition</c>) → offset of the next record to process.</param>
internal sealed record CommittedOffsets(Dictionary<string, long> NextOffsets)
{
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CommittedOffsetsJson.Default.CommittedOffsets);

    /// <exception cref="JsonException">The bytes are not offsets.</exception>
    public static CommittedOffsets FromBytes(byte[] bytes) =>
        JsonSerializer.Deserialize(bytes, CommittedOffsetsJson.Default.CommittedOffsets) is { NextOffsets: not null } offsets
            ? offsets : throw new JsonException("Offsets were expected.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CommittedOffsets))]
internal sealed partial class CommittedOffsetsJson : JsonSerializerContext;
