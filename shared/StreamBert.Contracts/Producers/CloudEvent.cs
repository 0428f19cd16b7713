using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamBert.Contracts;

/// <summary>Reads and writes CloudEvents 1.0 in both modes: one JSON object (structured), or headers beside the data (binary).</summary>
public static class CloudEvent
{
    /// <summary>The media type of a structured event.</summary>
    public const string MediaType = "application/cloudevents+json";

    /// <summary>The media type of an array of structured events.</summary>
    public const string BatchMediaType = "application/cloudevents-batch+json";

    /// <summary>The attribute of the specification version.</summary>
    public const string SpecVersion = "specversion";

    /// <summary>The attribute of the event time.</summary>
    public const string Time = "time";

    /// <summary>The attribute of the data.</summary>
    public const string Data = "data";
    internal const string DefaultText = "text";
    private const string Base64 = "data_base64";
    private const string DataType = "datacontenttype";
    private const string HeaderPrefix = "ce_";
    private const string ContentType = "content-type";
    private static readonly string[] Required = [SpecVersion, "id", "source", "type"];

    /// <summary>Converts an event with separate attributes to structured mode.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="contentType">The media type of the data; null: JSON if the data are JSON, else text.</param>
    /// <param name="data">The data.</param>
    /// <exception cref="JsonException">The data are declared as JSON and are not JSON.</exception>
    public static byte[] ToStructured(IEnumerable<KeyValuePair<string, string>> attributes, string? contentType, ReadOnlyMemory<byte> data)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new() { MaxDepth = ProducerRecord.MaxDepth + 1 }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in attributes) writer.WriteString(name, value);
            if (contentType is not null) writer.WriteString(DataType, contentType);
            WriteData(writer, data, contentType);
            writer.WriteEndObject();
        }
        return bytes.ToArray();
    }

    /// <summary>Returns a structured event whose data are readable JSON or text instead of base64; any other JSON as it is.</summary>
    /// <exception cref="JsonException">The value is not JSON, or its data contradict its attributes.</exception>
    public static byte[] Decode(byte[] json)
    {
        var body = RecordJson.WithoutLoneSurrogates(RecordJson.Body(json), out _);
        using var document = JsonDocument.Parse(body, new() { MaxDepth = ProducerRecord.MaxDepth + 1 });
        return IsEnvelope(document.RootElement) ? WithDecodedData(document.RootElement) ?? json : json;
    }

    /// <summary>Reads the event of a Kafka record in binary mode; returns null if its headers contain none.</summary>
    internal static byte[]? FromHeaders(IReadOnlyDictionary<string, byte[]> headers, ReadOnlyMemory<byte> data)
    {
        if (!headers.ContainsKey(HeaderPrefix + SpecVersion)) return null;
        var attributes = headers.Where(static header => header.Key.StartsWith(HeaderPrefix, StringComparison.Ordinal))
            .Select(static header => KeyValuePair.Create(header.Key[HeaderPrefix.Length..], Encoding.UTF8.GetString(header.Value)));
        return ToStructured(attributes, ContentTypeOf(headers), data);
    }

    /// <summary>
    /// Tells whether a record is an event in structured mode: by its media type, or because it has all required attributes.
    /// </summary>
    internal static bool IsEnvelope(JsonElement root, IReadOnlyDictionary<string, byte[]> headers) =>
        IsEnvelope(root) || (root.ValueKind == JsonValueKind.Object
            && ContentTypeOf(headers)?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Tells whether an object has all required attributes.</summary>
    public static bool IsEnvelope(JsonElement root) => root.ValueKind == JsonValueKind.Object && FindMissing(root) is null;

    /// <summary>Returns the first required attribute that an object lacks, or null.</summary>
    public static string? FindMissing(JsonElement root) => root.ValueKind != JsonValueKind.Object ? SpecVersion
        : Required.FirstOrDefault(name => !root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String);

    /// <summary>Returns the event with its <c>data_base64</c> as <c>data</c>, or null without it.</summary>
    internal static byte[]? WithDecodedData(JsonElement root)
    {
        if (!root.TryGetProperty(Base64, out var encoded) || encoded.ValueKind == JsonValueKind.Null) return null;
        if (encoded.ValueKind != JsonValueKind.String
            || !encoded.TryGetBytesFromBase64(out var data))
        {
            throw new JsonException($"'{Base64}' is not base64.");
        }

        var attributes = root.EnumerateObject().Where(static attribute => attribute.Name is not (Base64 or DataType or Data))
            .Select(static attribute => KeyValuePair.Create(attribute.Name, RecordJson.Scalar(attribute
                .Value))).Where(static attribute => attribute.Value is not null);
        return ToStructured(attributes!, RecordJson.Scalar(RecordJson.Find(root, DataType)), data);
    }

    private static string? ContentTypeOf(IReadOnlyDictionary<string, byte[]> headers) =>
        headers.FirstOrDefault(static header => header.Key.Equals(ContentType, StringComparison.OrdinalIgnoreCase)).Value is { } type
            ? Encoding.UTF8.GetString(type)
            : null;

    private static void WriteData(Utf8JsonWriter writer, ReadOnlyMemory<byte> data, string? contentType)
    {
        if (data.IsEmpty) return;
        writer.WritePropertyName(Data);
        if (contentType is null ? IsJson(data) : IsJsonType(contentType))
        {
            writer.WriteRawValue(ValidateJson(data));
        }
        else
        {
            writer.WriteStringValue(
                Utf8.IsValid(data.Span) ? data.Span : throw new JsonException("The data of the event are neither JSON nor UTF-8."));
        }
    }

    private static bool IsJsonType(string contentType)
    {
        var type = contentType.AsSpan(0, contentType.IndexOf(';') is >= 0 and var end ? end : contentType.Length).Trim();
        return type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsJson(ReadOnlyMemory<byte> data)
    {
        try
        {
            ValidateJson(data);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <exception cref="JsonException">They are not JSON.</exception>
    private static ReadOnlySpan<byte> ValidateJson(ReadOnlyMemory<byte> data)
    {
        if (!Utf8.IsValid(data.Span)) throw new JsonException("The data of the event are not UTF-8.");
        var json = RecordJson.WithoutLoneSurrogates(data, out _);
        using var document = JsonDocument.Parse(json, new() { MaxDepth = ProducerRecord.MaxDepth });
        return json.Span;
    }
}
