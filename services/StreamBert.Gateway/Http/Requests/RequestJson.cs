using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Reads in requests what is also read in records: numbers as names, and times in every format of <see cref="EventTimeParser"/>.
/// </summary>
internal static class RequestJson
{
    public static IReadOnlyList<JsonConverter> Converters { get; } = [new EventTimeConverter(), new AttributesConverter()];

    /// <summary>Lets the marked properties accept scalars; for <see cref="JsonTypeInfoResolver.WithAddedModifier"/>.</summary>
    public static void AcceptScalars(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(AcceptsScalarAttribute), inherit: false) == true)
                property.CustomConverter = new ScalarConverter();
        }
    }

    private static string NameOf(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();

    private sealed class ScalarConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = JsonElement.ParseValue(ref reader);
            return RecordJson.Scalar(element)
                ?? throw new FieldValueException($"is of the type '{NameOf(element)}'; a string or a number is required.");
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    private sealed class EventTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            EventTimeParser.TryParse(JsonElement.ParseValue(ref reader), format: null, out var time, out var fault)
                ? time
                : throw new FieldValueException($"is not a valid time: {fault} Send ISO 8601 with an offset, such as "
                    + "2026-03-01T10:00:00+02:00.");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }

    private sealed class AttributesConverter : JsonConverter<Dictionary<string, string>>
    {
        public override Dictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var element = JsonElement.ParseValue(ref reader);
            if (element.ValueKind != JsonValueKind.Object)
                throw new FieldValueException($"is of the type '{NameOf(element)}'; an object is required.");
            var attributes = new Dictionary<string, string>();
            foreach (var attribute in element.EnumerateObject().Where(static attribute => attribute.Value.ValueKind != JsonValueKind.Null))
            {
                var value = RecordJson.Scalar(attribute.Value) ?? throw new FieldValueException(
                    $"has the attribute '{attribute.Name}' of the type '{NameOf(attribute.Value)}'; a string or a number is required.");
                if (!attributes.TryAdd(attribute.Name, value))
                    throw new FieldValueException($"has the attribute '{attribute.Name}' twice.");
            }
            return attributes;
        }

        public override void Write(Utf8JsonWriter writer, Dictionary<string, string> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value, Wire.Options);
    }
}
