using System.Text.Json;

namespace StreamBert.Contracts;

/// <summary>
/// Reads a record of an input topic as its producer wrote it. In a CloudEvent, a path refers to an attribute of the event or, if there is
/// none of that name, to its data.
/// </summary>
public sealed class ProducerRecord : IDisposable
{
    /// <summary>The maximum depth of nested objects and arrays.</summary>
    public const int MaxDepth = 64;

    private readonly JsonDocument _json;

    private ProducerRecord(JsonDocument json, bool isEvent, int replacedSurrogates)
    {
        (_json, IsCloudEvent, ReplacedSurrogates) = (json, isEvent, replacedSurrogates);
        Data = isEvent ? RecordJson.Find(json.RootElement, CloudEvent.Data) : null;
    }

    /// <summary>The whole JSON.</summary>
    public JsonElement Root => _json.RootElement;

    /// <summary>Whether the record is a CloudEvent.</summary>
    public bool IsCloudEvent { get; }

    /// <summary>The data of a CloudEvent, if it has any.</summary>
    public JsonElement? Data { get; }

    /// <summary>The number of unpaired surrogate escapes that are read as U+FFFD.</summary>
    public int ReplacedSurrogates { get; }

    /// <summary>Parses the value of a record.</summary>
    /// <exception cref="JsonException">The value is not JSON, or nested too deep.</exception>
    public static ProducerRecord Parse(byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        var body = RecordJson.WithoutLoneSurrogates(RecordJson.Body(value), out var replaced);
        var bound = CloudEvent.FromHeaders(headers, body);
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

    /// <summary>Parses a structured CloudEvent.</summary>
    /// <exception cref="JsonException">Its data contradict its attributes.</exception>
    public static ProducerRecord ParseCloudEvent(ReadOnlyMemory<byte> json) =>
        Of(
            JsonDocument.Parse(RecordJson.WithoutLoneSurrogates(json, out var replaced), new() { MaxDepth = MaxDepth + 1 }),
            isEvent: true,
            replaced);

    /// <summary>Returns the element at a path, or null if it is absent or null.</summary>
    public JsonElement? Find(string? path) => RecordJson.Find(Root, path) ?? (Data is { } data ? RecordJson.Find(data, path) : null);

    /// <summary>
    /// Returns the text at a path; for a CloudEvent whose data are a string, the data, unless the mapping names another path.
    /// </summary>
    public JsonElement? FindText(string path) =>
        Find(path) ?? (path == CloudEvent.DefaultText && Data is { ValueKind: JsonValueKind.String } text ? text : null);

    /// <summary>The event time of a CloudEvent, for records without a mapped event time.</summary>
    public JsonElement? EventTime => IsCloudEvent ? RecordJson.Find(Root, CloudEvent.Time) : null;

    /// <inheritdoc />
    public void Dispose() => _json.Dispose();

    private static ProducerRecord Of(JsonDocument json, bool isEvent, int replaced)
    {
        if (!isEvent || CloudEvent.WithDecodedData(json.RootElement) is not { } decoded) return new(json, isEvent, replaced);
        json.Dispose();
        return new(JsonDocument.Parse(decoded, new() { MaxDepth = MaxDepth + 1 }), isEvent, replaced);
    }
}
