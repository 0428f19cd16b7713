using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Reading;

/// <summary>
/// Parses a producer's record as a text, or rejects it; it never throws because of the bytes. An empty text, or one of control characters
/// only, is valid: its producer expects a prediction.
/// </summary>
public static class RecordParser
{
    private static readonly FieldMapping OwnFields = new();

    /// <summary>Returns the rejection of a record that is about to be appended, or null if it is a valid text.</summary>
    /// <param name="record">The record, not yet sealed.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="limits">The limits.</param>
    public static Rejection? Validate(NewRecord record, PipelineOptions pipeline, FieldLimits limits) =>
        Parse(new LogRecord(new(record.Topic, 0, 0), record.Key, record.Value, record.Headers, record.Timestamp), pipeline, limits)
            .Rejection;

    /// <summary>Parses a record.</summary>
    /// <param name="record">The record, decrypted if it was sealed.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="limits">The limits.</param>
    public static ParsedRecord Parse(LogRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        if (Rejection.FromHeaders(record.Headers) is { } rejection)
            return new(null, rejection); // the replay of a file found the row invalid
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
        $"The value is not JSON and names the schema {SchemaFrame.Describe(headers, value)}, as Confluent's "
        + "serializers of Avro and Protobuf do. "
        + "Set SchemaRegistry:Url to the registry that has it, then replay this dead letter.";

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
                    ? $"The value is not JSON: it is truncated or invalid in line {line + 1}, byte {e.BytePositionInLine + 1}."
                        : $"The value is not JSON: {e.Message}");
        }
    }

    private static ParsedRecord Map(ProducerRecord parsed, LogRecord record, PipelineOptions pipeline, FieldLimits limits)
    {
        if (parsed.Root.ValueKind != JsonValueKind.Object)
            return Reject(DeadLetterReasons.BadField, $"A JSON object was expected, not {NameOf(parsed.Root.ValueKind)}.");
        var isOwn = EventRecord.Is<TextReceived>(record);
        if (isOwn && pipeline.Predictions is not null)
            return Reject(DeadLetterReasons.BadField, TakesPredictions(pipeline));
        var fields = isOwn ? OwnFields : pipeline.Fields;
        if (FindRepeatedField(parsed.Root, fields) is { } repeated)
            return Reject(DeadLetterReasons.BadField, $"The field '{Excerpt.Quote(repeated)}' occurs twice, so its value is ambiguous.");
        var reader = new FieldReader(parsed, showValues: !pipeline.Privacy.PerSubjectKeys);
        var text = new TextReceived
        {
            Id = reader.RequiredScalar(fields.Id),
            Text = pipeline.Predictions is null ? reader.RequiredText(fields.Text) : reader.OptionalScalar(fields.Text) ?? "",
            Source = reader.OptionalScalar(fields.Source) ?? "unknown",
            Subject = reader.OptionalScalar(fields.Subject),
            Language = reader.OptionalScalar(fields.Language),
            OccurredAt = reader.OptionalTime(fields.OccurredAt, fields.TimeFormat) ?? record.Timestamp,
            Attributes = reader.Attributes(fields.Attributes),
            Notes = reader.Notes(isOwn),
        };
        if ((reader.Fault ?? Rejection.Of(limits.Validate(text, fields, pipeline.MaxTextBytes))) is { } fault)
            return new(null, fault);
        return pipeline.Predictions is { } mapping ? WithPrediction(parsed, text, mapping) : new(text, null);
    }

    private static string TakesPredictions(PipelineOptions pipeline) =>
        $"The pipeline '{pipeline.Name}' takes predictions, not texts: send what the model answers to POST /v1/predictions/{pipeline.Name} "
        + $"or to the topic {pipeline.Inputs[0]}.";

    private static ParsedRecord WithPrediction(ProducerRecord parsed, TextReceived text, PredictionMapping mapping)
    {
        var prediction = PredictionReader.Read(parsed, mapping, out var fault);
        return fault is null ? new(text, null) { Prediction = prediction } : new(null, fault);
    }

    /// <summary>Returns a mapped field that occurs twice, which makes its value ambiguous.</summary>
    private static string? FindRepeatedField(JsonElement root, FieldMapping fields)
    {
        var seen = new HashSet<string>();
        return root.EnumerateObject().Select(static property => property.Name)
            .FirstOrDefault(name => !seen.Add(name) && IsMapped(fields, name));
    }

    private static bool IsMapped(FieldMapping fields, string name) =>
        new[] { fields.Id, fields.Text, fields.Source, fields.Subject, fields.Language, fields.OccurredAt, "attributes" }.Concat(
            fields.Attributes.Values)
            .Any(path => path == name || path?.StartsWith(name + ".", StringComparison.Ordinal) == true);

    /// <summary>Called only after parsing failed, so that valid records are parsed once.</summary>
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

    internal static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
