using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBert.Model.Manifests;

/// <summary>Converts label names from and to JSON; a number becomes its text as written.</summary>
internal sealed class LabelNamesConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("labels must be a list of texts");
        var names = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) names.Add(ReadName(ref reader));
        return names;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var name in value) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }

    private static string ReadName(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => throw new JsonException($"a label must be a text, not {reader.TokenType}"),
    };
}
