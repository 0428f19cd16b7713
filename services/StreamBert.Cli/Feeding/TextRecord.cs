using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Cli.Feeding;

/// <summary>A text as a record of a pipeline's input topic, in the JSON that pipeline expects.</summary>
internal static class TextRecord
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static NewRecord For(PipelineOptions pipeline, TextReceived text) => new(
        pipeline.Inputs[0], Encoding.UTF8.GetBytes(text.Subject ?? text.Id), Json(pipeline.Fields, text), text.OccurredAt)
    {
        Headers = Wire.HeadersFor<TextReceived>(),
    };

    private static byte[] Json(FieldMapping fields, TextReceived text)
    {
        var json = new JsonObject();
        Set(json, fields.Id, text.Id);
        Set(json, fields.Text, text.Text);
        Set(json, fields.Source, text.Source);
        Set(json, fields.Subject, text.Subject);
        Set(json, fields.Language, text.Language);
        Set(json, fields.OccurredAt, text.OccurredAt.ToString("O"));
        json["attributes"] = new JsonObject(); // every reader of the event expects it
        foreach (var (name, value) in text.Attributes)
            Set(json, fields.Attributes.GetValueOrDefault(name) ?? $"attributes.{name.Replace('.', '_')}", value);
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
            json.WriteTo(writer);
        return bytes.ToArray();
    }

    /// <summary>Sets a dotted path, making the objects on the way.</summary>
    private static void Set(JsonObject json, string? path, string? value)
    {
        if (path is null || value is null)
            return;
        var names = path.Split('.');
        foreach (var name in names[..^1])
            json = json[name] as JsonObject ?? (JsonObject)(json[name] = new JsonObject());
        json[names[^1]] = value;
    }
}
