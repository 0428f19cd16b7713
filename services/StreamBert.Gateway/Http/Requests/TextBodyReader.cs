using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>Reads the texts of a request: plain objects, or CloudEvents in structured, batched or binary mode.</summary>
internal static class TextBodyReader
{
    private const string HeaderPrefix = "ce-";
    private const string CloudEventTypes = "application/cloudevents";
    private const string SpecVersion = HeaderPrefix + CloudEvent.SpecVersion;

    /// <exception cref="ApiException">The body is too large, malformed, of another media type or of another shape.</exception>
    public static async Task<IReadOnlyList<ParsedItem<TextRequest>>> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Headers.ContainsKey(SpecVersion))
        {
            var data = await RequestBodyReader.ReadBytesAsync(context, cancellation);
            return [ParseCloudEvent(CreateStructured(context.Request, data), "the event")];
        }
        var areCloudEvents = context.Request.ContentType?.StartsWith(CloudEventTypes, StringComparison.OrdinalIgnoreCase) == true;
        return await RequestBodyReader.ReadManyAsync(
            context,
            (element, place) => areCloudEvents || CloudEvent.IsEnvelope(element)
                ? ParseCloudEvent(JsonMarshal.GetRawUtf8Value(element).ToArray(), place)
                : AddNotes(RequestItemParser.ParseItem<TextRequest>(element, place)),
            cancellation);
    }

    /// <summary>Converts an event in binary mode, with its attributes in headers, to structured mode.</summary>
    private static byte[] CreateStructured(HttpRequest request, ReadOnlyMemory<byte> data)
    {
        var attributes = request.Headers.Where(static header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(static header => KeyValuePair.Create(
                header.Key[HeaderPrefix.Length..].ToLowerInvariant(), Uri.UnescapeDataString(header.Value.ToString())));
        try
        {
            return CloudEvent.ToStructured(attributes, request.ContentType, data);
        }
        catch (JsonException malformed)
        {
            throw ApiException.Malformed($"The data of the CloudEvent: {malformed.Message}");
        }
    }

    private static ParsedItem<TextRequest> ParseCloudEvent(byte[] json, string place)
    {
        if (!Utf8.IsValid(json))
            throw ApiException.Invalid($"{place} is not valid Unicode: it contains invalid UTF-8.");
        try
        {
            using var record = ProducerRecord.ParseCloudEvent(json);
            if (CloudEvent.FindMissing(record.Root) is { } missing)
                throw ApiException.Invalid($"{place}.{missing} is missing or no string; every CloudEvent has one.");
            var item = ParseData(record, place);
            var text = item.Value with
            {
                Id = RecordJson.Scalar(record.Find("id")),
                Source = RecordJson.Scalar(record.Find("source")),
                Subject = RecordJson.Scalar(record.Find("subject")),
                OccurredAt = item.Value.OccurredAt ?? ParseTime(record, place),
            };
            return AddNotes(item with { Value = text, ReplacedSurrogates = record.ReplacedSurrogates });
        }
        catch (JsonException malformed)
        {
            throw ApiException.Malformed($"{place}: {malformed.Message}");
        }
    }

    private static ParsedItem<TextRequest> ParseData(ProducerRecord record, string place) => record.Data switch
    {
        { ValueKind: JsonValueKind.Object } data => RequestItemParser.ParseItem<TextRequest>(data, $"{place}.data"),
        { ValueKind: JsonValueKind.String } text => new(new() { Text = text.GetString()! }, [], 0),
        _ => throw ApiException.Invalid($"{place}.data must be the text, or an object with the fields of a text."),
    };

    private static DateTimeOffset? ParseTime(ProducerRecord record, string place)
    {
        if (record.EventTime is not { } element)
            return null;
        return EventTimeParser.TryParse(element, format: null, out var time, out var fault)
            ? time
            : throw ApiException.Invalid($"{place}.time is not a valid time: {fault}");
    }

    /// <summary>Records in the text what was changed in it.</summary>
    private static ParsedItem<TextRequest> AddNotes(ParsedItem<TextRequest> item) => item.ReplacedSurrogates == 0
        ? item
        : item with { Value = item.Value with { Notes = [TextNotes.Surrogates(item.ReplacedSurrogates)] } };
}
