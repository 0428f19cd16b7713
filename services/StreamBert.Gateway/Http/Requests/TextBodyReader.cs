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
    /// <exception cref="ApiException">The body is too large, malformed, of another media type or of another shape.</exception>
    public static async Task<IReadOnlyList<ParsedItem<TextRequest>>> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (CloudEventRequest.IsBinary(context.Request))
            return [ParseCloudEvent(await CloudEventRequest.ReadBinaryAsync(context, cancellation), "the event")];
        var areCloudEvents = CloudEventRequest.IsStructured(context.Request);
        return await RequestBodyReader.ReadManyAsync(
            context,
            (element, place) => areCloudEvents || CloudEvent.IsEnvelope(element)
                ? ParseCloudEvent(JsonMarshal.GetRawUtf8Value(element).ToArray(), place)
                : AddNotes(RequestItemParser.ParseItem<TextRequest>(element, place)),
            cancellation);
    }

    private static ParsedItem<TextRequest> ParseCloudEvent(byte[] json, string place)
    {
        if (!Utf8.IsValid(json))
            throw ApiException.Invalid($"{place} is not valid Unicode: it contains invalid UTF-8.");
        try
        {
            using var record = ProducerRecord.ParseCloudEvent(json);
            CloudEventRequest.RequireAttributes(record.Root, place);
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
