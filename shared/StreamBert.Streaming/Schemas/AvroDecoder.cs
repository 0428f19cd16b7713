using System.Collections;
using System.Globalization;
using System.Text.Json;
using Avro;
using Avro.Generic;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Schemas;

/// <summary>Decodes Avro records to JSON: times as ISO 8601, bytes as base64, enumerations by name.</summary>
internal sealed class AvroDecoder(ISchemaRegistryClient client)
{
    private readonly AvroDeserializer<GenericRecord> _deserializer = new(client);

    public async Task<byte[]> ToJsonAsync(LogRecord record)
    {
        var headers = new Headers();
        foreach (var (name, value) in record.Headers)
            headers.Add(name, value);
        var read = await _deserializer.DeserializeAsync(
            record.Value,
            isNull: false,
            new(MessageComponentType.Value, record.Position.Topic, headers));
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
            Write(writer, read);
        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case GenericRecord record:
                WriteObject(
                writer,
                record.Schema.Fields.Select(field => KeyValuePair.Create(field.Name, record.GetValue(field.Pos)))); break;
            case IDictionary map: WriteObject(writer, map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, map[key]))!); break;
            case GenericEnum name: writer.WriteStringValue(name.Value); break;
            case GenericFixed bytes: writer.WriteBase64StringValue(bytes.Value); break;
            case byte[] bytes: writer.WriteBase64StringValue(bytes); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case int number: writer.WriteNumberValue(number); break;
            case long number: writer.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case AvroDecimal number: writer.WriteStringValue(((decimal)number).ToString(CultureInfo.InvariantCulture)); break;
            case DateTime time: writer.WriteStringValue(ToUtc(time)); break;
            case TimeSpan time: writer.WriteStringValue(time.ToString("c", CultureInfo.InvariantCulture)); break;
            case IEnumerable items: WriteArray(writer, items); break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }

    private static void WriteObject(Utf8JsonWriter writer, IEnumerable<KeyValuePair<string, object>> fields)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            writer.WritePropertyName(name);
            Write(writer, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
            Write(writer, item);
        writer.WriteEndArray();
    }

    /// <summary>Reverts the conversion of a local timestamp, which has no zone, to this machine's zone by the library.</summary>
    private static DateTime ToUtc(DateTime time)
        => time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
