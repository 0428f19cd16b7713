using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>
/// Replaces a value in the JSON of a checkpoint by the hash of its own JSON, which is stored as a part, unless it is small.
/// </summary>
/// <param name="type">The JSON of the value.</param>
/// <param name="parts">The parts.</param>
internal sealed class PartConverter<T>(JsonTypeInfo<T> type, StateParts parts) : JsonConverter<T>
    where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (reader.TokenType == JsonTokenType.String
            ? JsonSerializer.Deserialize(parts.Load(reader.GetString()!), type)
            : JsonSerializer.Deserialize(ref reader, type)) ?? throw new JsonException("A part of the state is null.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        parts.Write(writer, (Type: type, Value: value), static (part, source) => JsonSerializer.Serialize(part, source.Value, source.Type));
}
