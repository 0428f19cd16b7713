using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Http.Requests;

/// <summary>
/// Reads the texts of a request: plain objects, or CloudEvents as one object, in an array, or as headers beside their data.
/// </summary>
internal static class TextBodyReader
{
    private const string HeaderPrefix = "ce-";
    private const string EventTypes = "application/cloudevents";
    private const string SpecVersion = HeaderPrefix + CloudEvent.SpecVersion;

    /// <exception cref="ApiException">The body is too large, of another media type, malformed, or not of that shape.</exception>
    public static async Task<IReadOnlyList<ParsedItem<TextRequest>>> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Headers.ContainsKey(SpecVersion))
            return [OfEvent(Structured(context.Request, await RequestBodyReader.ReadBytesAsync(context, cancellation)), "the event")];
        var areEvents = context.Request.ContentType?.StartsWith(EventTypes, StringComparison.OrdinalIgnoreCase) == true;
        return await RequestBodyReader.ReadManyAsync(context, (element, at) => areEvents || CloudEvent.IsEnvelope(element)
            ? OfEvent(JsonMarshal.GetRawUtf8Value(element).ToArray(), at)
            : Noted(RequestBodyReader.ItemOf<TextRequest>(element, at)), cancellation);
    }

    private static byte[] Structured(HttpRequest request, ReadOnlyMemory<byte> data)
    {
        try
        {
            var attributes = request.Headers.Where(static header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase))
                .Select(static header => KeyValuePair.Create(
                    header.Key[HeaderPrefix.Length..].ToLowerInvariant(),
                    Uri.UnescapeDataString(header.Value.ToString())));
            return CloudEvent.ToStructured(attributes, request.ContentType, data);
        }
        catch (JsonException malformed)
        {
            throw ApiException.Malformed($"The data of the CloudEvent: {malformed.Message}");
        }
    }

    private static ParsedItem<TextRequest> OfEvent(byte[] json, string at)
    {
        if (!Utf8.IsValid(json)) throw ApiException.Invalid($"{at} is not valid Unicode: it holds invalid UTF-8.");
        try
        {
            using var record = ProducerRecord.ParseCloudEvent(json);
            if (CloudEvent.FindMissing(record.Root) is { } missing)
            {
                throw ApiException.Invalid(
                $"{at}.{missing} is missing or no string; every CloudEvent has one.");
            }

            var item = OfData(record, at);
            var submission = item.Value with
            {
                Id = RecordJson.Scalar(record.Find("id")),
                Source = RecordJson.Scalar(record.Find("source")),
                Subject = RecordJson.Scalar(record.Find("subject")),
                OccurredAt = item.Value.OccurredAt ?? TimeOf(record, at),
            };
            return Noted(item with { Value = submission, ReplacedSurrogates = record.ReplacedSurrogates });
        }
        catch (JsonException malformed)
        {
            throw ApiException.Malformed($"{at}: {malformed.Message}");
        }
    }

    private static ParsedItem<TextRequest> OfData(ProducerRecord record, string at) => record.Data switch
    {
        { ValueKind: JsonValueKind.Object } data => RequestBodyReader.ItemOf<TextRequest>(data, $"{at}.data"),
        { ValueKind: JsonValueKind.String } text => new(new() { Text = text.GetString()! }, [], 0),
        _ => throw ApiException.Invalid($"{at}.data must be the text, or an object with the fields of a text."),
    };

    private static DateTimeOffset? TimeOf(ProducerRecord record, string at) => record.EventTime is not { } element ? null
        : EventTimeParser.TryParse(element, format: null, out var time, out var fault) ? time
        : throw ApiException.Invalid($"{at}.time has no time that is read: {fault}");

    /// <summary>The text says of itself what was changed in it.</summary>
    private static ParsedItem<TextRequest> Noted(ParsedItem<TextRequest> item) => item.ReplacedSurrogates == 0 ? item
        : item with { Value = item.Value with { Notes = [TextNotes.Surrogates(item.ReplacedSurrogates)] } };
}
