using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Privacy.Sealing;

/// <summary>The sealed fields of a prediction.</summary>
/// <param name="Text">The text; null in a pipeline that keeps no texts.</param>
/// <param name="Entities">The texts of the entities, in order.</param>
/// <param name="Explanations">The words of the explanations, in order.</param>
internal sealed record SealedFields(string? Text, IReadOnlyList<string?>? Entities, IReadOnlyList<List<string?>>? Explanations)
{
    // The other fields that the producer wrote; null in predictions that an earlier version sealed.
    public string? Subject { get; init; }
    public string? Source { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
    public IReadOnlyList<string>? Notes { get; init; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, SealedFieldsContext.Default.SealedFields);

    /// <summary>Parses the fields; null if the bytes are not the sealed fields of a prediction.</summary>
    public static SealedFields? Parse(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, SealedFieldsContext.Default.SealedFields);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SealedFields))]
internal sealed partial class SealedFieldsContext : JsonSerializerContext;
