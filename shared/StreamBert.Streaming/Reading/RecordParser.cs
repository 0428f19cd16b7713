using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Reading;

/// <summary>
/// Turns a producer's record into a text, or says why it is none; it never throws for any bytes. An empty text, or one of control
/// characters only, is a text like another: a producer who sends a row expects a prediction for it.
/// </summary>
public static class RecordParser
{
    private static readonly FieldMapping OurFields = new();

    /// <summary>
    /// What would become of a record that is about to be appended: why it would be no text, or null. Whoever takes texts in asks this
    /// before accepting one.
    /// </summary>
    /// <param name="record">Not yet sealed.</param>
    public static Rejection? Validate(NewRecord record, PipelineOptions pipeline, FieldLimits limits) =>
        Parse(new LogRecord(new(record.Topic, 0, 0), record.Key, record.Value, record.Headers, record.Timestamp), pipeline, limits)
            .Rejection;

    /// <param name="record">With its seal opened, if it had one.</param>
    public static ParsedRecord Parse(LogRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        if (Rejection.FromHeaders(record.Headers) is { } stated)
            return new(null, stated); // whoever replays a file knows why its row is no text
        if (record.Value is not { } value)
            return Reject(DeadLetterReasons.NullValue, "The record has no value.");
        if (limits.ValidateRecordSize(record.Bytes) is { } tooLarge)
            return new(null, Rejection.Of(tooLarge));
        var body = RecordJson.Body(value);
        if (SchemaFrame.NeedsSchema(record.Headers, value, body.Span))
            return Reject(DeadLetterReasons.SchemaRegistryNeeded, NeedsRegistry(record.Headers, value));
        return Utf8.IsValid(body.Span)
            ? ParseJson(value, record, pipeline, limits)
            : Reject(DeadLetterReasons.NotUtf8, "The value is not valid UTF-8.");
    }

    private static string NeedsRegistry(IReadOnlyDictionary<string, byte[]> headers, byte[] value) =>
        $"The value is no JSON and names the schema {SchemaFrame.Describe(headers, value)}, as Confluent's serializers of Avro and Protobuf do. "
        + "Set SchemaRegistry:Url to the registry that has it, then replay this letter.";

    private static ParsedRecord ParseJson(byte[] value, LogRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        try
        {
            using var parsed = ProducerRecord.Parse(value, record.Headers);
            return Map(parsed, record, pipeline, limits);
        }
        catch (JsonException e)
        {
            return IsTooDeep(RecordJson.Body(value).Span)
                ? Reject(DeadLetterReasons.NestingTooDeep, $"Objects and arrays are nested deeper than {ProducerRecord.MaxDepth}.")
                : Reject(DeadLetterReasons.NotJson, e.LineNumber is { } line
                    ? $"The value is not JSON: it breaks off or is wrong in line {line + 1}, byte {e.BytePositionInLine + 1}." : $"The value is not JSON: {e.Message}");
        }
    }

    private static ParsedRecord Map(ProducerRecord parsed, LogRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        if (parsed.Root.ValueKind != JsonValueKind.Object)
            return Reject(DeadLetterReasons.BadField, $"A JSON object was expected, not {Name(parsed.Root.ValueKind)}.");
        var isOurs = EventRecord.Is<TextReceived>(record);
        var fields = isOurs ? OurFields : pipeline.Fields;
        if (Repeated(parsed.Root, fields) is { } repeated)
            return Reject(DeadLetterReasons.BadField, $"The field '{Excerpt.Quote(repeated)}' stands twice; only one of its values could be taken.");
        var reader = new FieldReader(parsed, showValues: !pipeline.Privacy.PerSubjectKeys);
        var text = new TextReceived
        {
            Id = reader.RequiredScalar(fields.Id),
            Text = reader.RequiredText(fields.Text),
            Source = reader.OptionalScalar(fields.Source) ?? "unknown",
            Subject = reader.OptionalScalar(fields.Subject),
            Language = reader.OptionalScalar(fields.Language),
            OccurredAt = reader.OptionalTime(fields.OccurredAt, fields.TimeFormat) ?? record.Timestamp,
            Attributes = reader.Attributes(fields.Attributes),
            Notes = reader.Notes(isOurs),
        };
        if ((reader.Fault ?? Rejection.Of(limits.Validate(text, fields, pipeline.MaxTextBytes))) is { } fault)
            return new(null, fault);
        return new(text, null);
    }

    /// <summary>A field that the mapping reads and that stands twice: which of its values is meant, nobody knows.</summary>
    private static string? Repeated(JsonElement root, FieldMapping fields)
    {
        var seen = new HashSet<string>();
        return root.EnumerateObject().Select(static property => property.Name)
            .FirstOrDefault(name => !seen.Add(name) && Reads(fields, name));
    }

    private static bool Reads(FieldMapping fields, string name) =>
        new[] { fields.Id, fields.Text, fields.Source, fields.Subject, fields.Language, fields.OccurredAt, "attributes" }.Concat(
            fields.Attributes.Values)
            .Any(path => path == name || path?.StartsWith(name + ".", StringComparison.Ordinal) == true);

    /// <summary>Asked only after parsing failed, so that good records are read once.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth >= ProducerRecord.MaxDepth
                    && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            return false;
        }
        return false;
    }

    private static ParsedRecord Reject(string reason, string detail) => new(null, new(reason, detail));

    internal static string Name(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
