using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StreamBert.Monitoring.Checkpoints;

/// <summary>
/// Writes the states of series as a list of parts of some hundred series each, so that no part becomes too large for a record.
/// </summary>
/// <param name="type">The JSON of the state of a series.</param>
/// <param name="seriesType">The JSON of several series by name.</param>
/// <param name="parts">The parts.</param>
internal sealed class SeriesConverter<T>(JsonTypeInfo<T> type, JsonTypeInfo<Dictionary<string, T>> seriesType, StateParts parts)
    : JsonConverter<Dictionary<string, T>>
    where T : class
{
    private const int SeriesPerPart = 500;

    private readonly PartConverter<Dictionary<string, T>> _parts = new(seriesType, parts);

    /// <summary>Reads a list of parts, or the series themselves.</summary>
    public override Dictionary<string, T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return _parts.Read(ref reader, typeToConvert, options);
        Dictionary<string, T> series = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            foreach (var (name, state) in _parts.Read(ref reader, typeToConvert, options))
                series[name] = state;
        }
        return series;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<string, T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var chunk in value.Chunk(SeriesPerPart))
            parts.Write(writer, (Type: type, Series: chunk), WriteSeries);
        writer.WriteEndArray();
    }

    private static void WriteSeries(Utf8JsonWriter writer, (JsonTypeInfo<T> Type, KeyValuePair<string, T>[] Series) source)
    {
        writer.WriteStartObject();
        foreach (var (name, state) in source.Series)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, state, source.Type);
        }
        writer.WriteEndObject();
    }
}
