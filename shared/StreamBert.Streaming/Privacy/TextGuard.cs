using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Privacy.Redaction;

namespace StreamBert.Streaming.Privacy;

/// <summary>What of a text may be stored and shown, by the privacy settings of its pipeline.</summary>
public sealed class TextGuard
{
    private readonly Dictionary<string, Redactor> _redactors;
    private readonly Redactor _all;

    public TextGuard(PipelineCatalog pipelines)
    {
        _redactors = pipelines.All.ToDictionary(static p => p.Name, static p => p.Privacy.Redact.Count == 0 ? Redactor.None : new Redactor(p.Privacy.Redact));
        _all = new(pipelines.All.SelectMany(static p => p.Privacy.Redact));
    }

    /// <param name="pipeline">Null, where it is not known: everything that any pipeline redacts.</param>
    public Redactor RedactorOf(string? pipeline) => pipeline is null ? _all : _redactors.GetValueOrDefault(pipeline, Redactor.None);

    /// <summary>
    /// A text as it is appended to an input topic: redacted, but where the model is to see the original and the record will be sealed, which takes a subject.
    /// Values of attributes are redacted in any case.
    /// </summary>
    public TextReceived Admit(PipelineOptions pipeline, TextReceived text)
    {
        var redactor = RedactorOf(pipeline.Name);
        return redactor.IsEmpty ? text : text with
        {
            Text = pipeline.Privacy.SeesOriginal && text.Subject is not null ? text.Text : redactor.Redact(text.Text).Text,
            Attributes = Attributes(redactor, text.Attributes),
        };
    }

    /// <summary>A text as the model sees it, whoever appended it.</summary>
    public TextReceived ForModel(PipelineOptions pipeline, TextReceived text)
    {
        var redactor = RedactorOf(pipeline.Name);
        return redactor.IsEmpty ? text : text with
        {
            Text = pipeline.Privacy.SeesOriginal ? text.Text : redactor.Redact(text.Text).Text,
            Attributes = Attributes(redactor, text.Attributes),
        };
    }

    /// <summary>
    /// Bytes of whatever form with the personal data in them replaced: in the strings and numbers of JSON, else in the whole as UTF-8 or, where it is none,
    /// byte by byte. The same array if there is none.
    /// </summary>
    public byte[]? Redact(string? pipeline, byte[]? value)
    {
        var redactor = RedactorOf(pipeline);
        if (value is null || redactor.IsEmpty)
            return value;
        return RedactJson(redactor, value) ?? RedactRaw(redactor, value);
    }

    private static IReadOnlyDictionary<string, string> Attributes(Redactor redactor, IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count == 0 ? attributes : attributes.ToDictionary(static a => a.Key, a => redactor.Redact(a.Value).Text);

    private static byte[] RedactRaw(Redactor redactor, byte[] value)
    {
        var encoding = Utf8.IsValid(value) ? Encoding.UTF8 : Encoding.Latin1;
        var redacted = redactor.Redact(encoding.GetString(value));
        return redacted.Spans.Count == 0 ? value : encoding.GetBytes(redacted.Text);
    }

    /// <returns>Null if it is no JSON.</returns>
    private static byte[]? RedactJson(Redactor redactor, byte[] value)
    {
        try
        {
            using var document = RecordJson.Parse(value);
            using var bytes = new MemoryStream();
            var found = false;
            using (var writer = new Utf8JsonWriter(bytes, new() { Encoder = Wire.Options.Encoder }))
                Write(writer, document.RootElement, text =>
                {
                    var redacted = redactor.Redact(text);
                    found |= redacted.Spans.Count > 0;
                    return redacted.Text;
                });
            return found ? bytes.ToArray() : value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, Func<string, string> redact)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject())
                {
                    writer.WritePropertyName(redact(property.Name));
                    Write(writer, property.Value, redact);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    Write(writer, item, redact);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String:
                writer.WriteStringValue(redact(element.GetString()!));
                break;
            case JsonValueKind.Number when redact(element.GetRawText()) is var number && number != element.GetRawText():
                writer.WriteStringValue(number);
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
