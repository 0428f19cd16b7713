using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace StreamBert.Contracts;

/// <summary>CloudEvents 1.0 in both modes: as one JSON object (structured), or as headers beside the data (binary).</summary>
public static class CloudEvent
{
    /// <summary>Media types of one structured event, and of an array of them.</summary>
    public const string MediaType = "application/cloudevents+json";
    public const string BatchMediaType = "application/cloudevents-batch+json";

    public const string SpecVersion = "specversion";
    public const string Time = "time";
    public const string Data = "data";
    internal const string DefaultText = "text";
    private const string Base64 = "data_base64";
    private const string DataType = "datacontenttype";
    private const string HeaderPrefix = "ce_";
    private const string ContentType = "content-type";
    private static readonly string[] Required = [SpecVersion, "id", "source", "type"];

    /// <summary>One event in structured mode, of an event whose attributes came apart from its data.</summary>
    /// <param name="contentType">Of the data; null: JSON if they are, else text.</param>
    /// <exception cref="JsonException">The data are declared as JSON and are none.</exception>
    public static byte[] Structured(IEnumerable<KeyValuePair<string, string>> attributes, string? contentType, ReadOnlyMemory<byte> data)
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

    /// <summary>The event of a Kafka record in binary mode; null if its headers tell of none.</summary>
    internal static byte[]? OfHeaders(IReadOnlyDictionary<string, byte[]> headers, ReadOnlyMemory<byte> data)
    {
        if (!headers.ContainsKey(HeaderPrefix + SpecVersion)) return null;
        var attributes = headers.Where(static header => header.Key.StartsWith(HeaderPrefix, StringComparison.Ordinal))
            .Select(static header => KeyValuePair.Create(header.Key[HeaderPrefix.Length..], Encoding.UTF8.GetString(header.Value)));
        return Structured(attributes, HeaderOf(headers), data);
    }

    /// <summary>Whether a record is an event in structured mode: declared so, or with all attributes that an event must have.</summary>
    internal static bool IsEnvelope(JsonElement root, IReadOnlyDictionary<string, byte[]> headers) =>
        IsEnvelope(root) || (root.ValueKind == JsonValueKind.Object
            && HeaderOf(headers)?.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Whether JSON has all attributes that an event must have.</summary>
    public static bool IsEnvelope(JsonElement root) => root.ValueKind == JsonValueKind.Object && Missing(root) is null;

    /// <summary>The first attribute that an event must have and this object has not; null if it has all.</summary>
    public static string? Missing(JsonElement root) => root.ValueKind != JsonValueKind.Object ? SpecVersion
        : Required.FirstOrDefault(name => !root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String);

    /// <summary>The event with its <c>data_base64</c> as <c>data</c>; null if it has none.</summary>
    internal static byte[]? WithDecodedData(JsonElement root)
    {
        if (!root.TryGetProperty(Base64, out var encoded) || encoded.ValueKind == JsonValueKind.Null) return null;
        if (encoded.ValueKind != JsonValueKind.String
            || !encoded.TryGetBytesFromBase64(out var data))
        {
            throw new JsonException($"'{Base64}' is no base64.");
        }

        var attributes = root.EnumerateObject().Where(static attribute => attribute.Name is not (Base64 or DataType or Data))
            .Select(static attribute => KeyValuePair.Create(attribute.Name, RecordJson.Scalar(attribute
                .Value))).Where(static attribute => attribute.Value is not null);
        return Structured(attributes!, RecordJson.Scalar(RecordJson.Find(root, DataType)), data);
    }

    private static string? HeaderOf(IReadOnlyDictionary<string, byte[]> headers) =>
        headers.FirstOrDefault(static header => header.Key.Equals(ContentType, StringComparison.OrdinalIgnoreCase)).Value is { } type
            ? Encoding.UTF8.GetString(type)
            : null;

    private static void WriteData(Utf8JsonWriter writer, ReadOnlyMemory<byte> data, string? contentType)
    {
        if (data.IsEmpty) return;
        writer.WritePropertyName(Data);
        if (contentType is null ? IsJson(data) : SaysJson(contentType))
        {
            writer.WriteRawValue(Checked(data));
        }
        else
        {
            writer.WriteStringValue(
                Utf8.IsValid(data.Span) ? data.Span : throw new JsonException("The data of the event are neither JSON nor UTF-8."));
        }
    }

    private static bool SaysJson(string contentType)
    {
        var type = contentType.AsSpan(0, contentType.IndexOf(';') is >= 0 and var end ? end : contentType.Length).Trim();
        return type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsJson(ReadOnlyMemory<byte> data)
    {
        try
        {
            Checked(data);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <exception cref="JsonException">They are not JSON.</exception>
    private static ReadOnlySpan<byte> Checked(ReadOnlyMemory<byte> data)
    {
        if (!Utf8.IsValid(data.Span)) throw new JsonException("The data of the event are not UTF-8.");
        var json = RecordJson.WithoutLoneSurrogates(data, out _);
        using var document = JsonDocument.Parse(json, new() { MaxDepth = ProducerRecord.MaxDepth });
        return json.Span;
    }
}
