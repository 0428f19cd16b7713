using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Reads in requests what is read in records: numbers for names, and times in every form that <see cref="EventTimeParser"/> reads.
/// </summary>
internal static class RequestJson
{
    public static IReadOnlyList<JsonConverter> Converters { get; } = [new EventTimeConverter(), new AttributesConverter()];

    /// <summary>For <see cref="JsonTypeInfoResolver.WithAddedModifier"/>.</summary>
    public static void TakeScalars(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(AcceptsScalarAttribute), inherit: false)
                == true)
            {
                property.CustomConverter = new ScalarConverter();
            }
        }
    }

    private static string Scalar(JsonElement element) => RecordJson.Scalar(element)
        ?? throw new FieldValueException(
            $"is of the kind '{element.ValueKind.ToString().ToLowerInvariant()}'; a string or a number is needed.");

    private sealed class ScalarConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => Scalar(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    private sealed class EventTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            EventTimeParser.TryParse(JsonElement.ParseValue(ref reader), format: null, out var time, out var fault)
                ? time : throw new FieldValueException(
                    $"has no time that is read: {fault} Send ISO 8601 with an offset, such as 2026-03-01T10:00:00+02:00.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
            => writer.WriteStringValue(value);
    }

    private sealed class AttributesConverter : JsonConverter<Dictionary<string, string>>
    {
        public override Dictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = JsonElement.ParseValue(ref reader);
            if (element.ValueKind != JsonValueKind.Object)
                throw new FieldValueException($"is of the kind '{element.ValueKind.ToString().ToLowerInvariant()}'; an object is needed.");
            var attributes = new Dictionary<string, string>();
            foreach (var attribute in element.EnumerateObject().Where(static attribute => attribute.Value.ValueKind != JsonValueKind.Null))
            {
                var value = RecordJson.Scalar(attribute.Value)
                    ?? throw new FieldValueException($"has the attribute '{attribute.Name}' of the kind '{attribute.Value.ValueKind.ToString().ToLowerInvariant()}'; a string or a number is needed.");
                if (!attributes.TryAdd(attribute.Name, value))
                    throw new FieldValueException($"has the attribute '{attribute.Name}' twice; only one of its values could be taken.");
            }
            return attributes;
        }

        public override void Write(Utf8JsonWriter writer, Dictionary<string, string> value, JsonSerializerOptions options)
            => JsonSerializer.Serialize(writer, value, Wire.Options);
    }
}
