using System.Text.Json;

namespace StreamBert.Contracts;

/// <summary>
/// A record of an input topic as its producer wrote it. In a CloudEvent, a path leads to an attribute of the event or, where it has none of
/// that name, into its data.
/// </summary>
public sealed class ProducerRecord : IDisposable
{
    /// <summary>Deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 64;

    private readonly JsonDocument _json;

    private ProducerRecord(JsonDocument json, bool isEvent, int replacedSurrogates)
    {
        (_json, IsCloudEvent, ReplacedSurrogates) = (json, isEvent, replacedSurrogates);
        Data = isEvent ? RecordJson.Find(json.RootElement, CloudEvent.Data) : null;
    }

    public JsonElement Root => _json.RootElement;
    public bool IsCloudEvent { get; }

    /// <summary>Of a CloudEvent, where it has any.</summary>
    public JsonElement? Data { get; }

    /// <summary>Escapes that were half a surrogate pair and are read as U+FFFD.</summary>
    public int ReplacedSurrogates { get; }

    /// <exception cref="JsonException">The value is not JSON, or nested too deep.</exception>
    public static ProducerRecord Parse(byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        var body = RecordJson.WithoutLoneSurrogates(RecordJson.Body(value), out var replaced);
        var bound = CloudEvent.OfHeaders(headers, body);
        var json = JsonDocument.Parse(bound ?? body, new() { MaxDepth = bound is null ? MaxDepth : MaxDepth + 1 });
        try
        {
            return Of(json, bound is not null || CloudEvent.IsEnvelope(json.RootElement, headers), replaced);
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>A CloudEvent that is JSON as a whole.</summary>
    /// <exception cref="JsonException">Its data are not what the event says of them.</exception>
    public static ProducerRecord OfCloudEvent(ReadOnlyMemory<byte> json) =>
        Of(
            JsonDocument.Parse(RecordJson.WithoutLoneSurrogates(json, out var replaced), new() { MaxDepth = MaxDepth + 1 }),
            isEvent: true,
            replaced);

    /// <summary>The element at a path; absent and null are one.</summary>
    public JsonElement? Find(string? path) => RecordJson.Find(Root, path) ?? (Data is { } data ? RecordJson.Find(data, path) : null);

    /// <summary>
    /// The text at a path. A CloudEvent whose data are one string has that for its text, unless the mapping names another place.
    /// </summary>
    public JsonElement? FindText(string path) =>
        Find(path) ?? (path == CloudEvent.DefaultText && Data is { ValueKind: JsonValueKind.String } text ? text : null);

    /// <summary>The event time where the mapping leads to none: that of a CloudEvent.</summary>
    public JsonElement? EventTime => IsCloudEvent ? RecordJson.Find(Root, CloudEvent.Time) : null;

    public void Dispose() => _json.Dispose();

    private static ProducerRecord Of(JsonDocument json, bool isEvent, int replaced)
    {
        if (!isEvent || CloudEvent.WithDecodedData(json.RootElement) is not { } decoded) return new(json, isEvent, replaced);
        json.Dispose();
        return new(JsonDocument.Parse(decoded, new() { MaxDepth = MaxDepth + 1 }), isEvent, replaced);
    }
}
