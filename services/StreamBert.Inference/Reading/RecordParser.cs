using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Reading;

/// <summary>
/// Turns a producer's record into a text, or says why it is none; it never throws for any bytes. An empty text, or one of control
/// characters only, is a text like another: a producer who sends a row expects a prediction for it.
/// </summary>
public static class RecordParser
{
    /// <summary>Deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 64;

    /// <summary>Bytes a record may have besides its text.</summary>
    private const int EnvelopeBytes = 256 * 1024;

    /// <summary>A JSON escape takes up to six bytes for one byte of text.</summary>
    private const long EscapedSize = 6;

    private static readonly byte[] OurType = Encoding.UTF8.GetBytes(nameof(TextReceived));
    private static readonly FieldMapping OurFields = new();

    public static ParsedRecord Parse(LogRecord record, PipelineOptions pipeline)
    {
        if (record.Value is not { } value)
            return Reject(Reasons.NullValue, "The record has no value.");
        var allowed = pipeline.MaxTextBytes * EscapedSize + EnvelopeBytes;
        if (value.Length > allowed)
            return Reject(Reasons.TextTooLarge, $"The record has {value.Length} bytes; a text of this pipeline may have {pipeline.MaxTextBytes} (MaxTextBytes), a whole record {allowed}.");
        if (!Utf8.IsValid(value))
            return Reject(Reasons.NotUtf8, "The value is not valid UTF-8.");
        return ParseJson(RecordJson.WithoutMark(value), record, pipeline);
    }

    /// <summary>A record written by StreamBert itself has its own fields, whatever the mapping of the topic's other producers.</summary>
    private static FieldMapping FieldsOf(LogRecord record, PipelineOptions pipeline) =>
        record.Headers.TryGetValue(RecordHeaders.Type, out var type) && type.AsSpan().SequenceEqual(OurType) ? OurFields : pipeline.Fields;

    private static ParsedRecord ParseJson(ReadOnlyMemory<byte> json, LogRecord record, PipelineOptions pipeline)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return Map(document.RootElement, FieldsOf(record, pipeline), record, pipeline);
        }
        catch (JsonException e)
        {
            return IsTooDeep(json.Span)
                ? Reject(Reasons.NestingTooDeep, $"Objects and arrays are nested deeper than {MaxDepth}.")
                : Reject(Reasons.NotJson, $"The value is not JSON: it breaks off or is wrong in line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            // The only such failure of a parsed document whose kinds are checked: an escape without its other half.
            return Reject(Reasons.NotUtf8, "A string holds an escape that is half a surrogate pair.");
        }
    }

    private static ParsedRecord Map(JsonElement root, FieldMapping fields, LogRecord record, PipelineOptions pipeline)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Reject(Reasons.BadField, $"A JSON object was expected, not {Name(root.ValueKind)}.");
        var reader = new FieldReader(root, showValues: !pipeline.Privacy.PerSubjectKeys);
        var text = new TextReceived
        {
            Id = reader.RequiredScalar(fields.Id),
            Text = reader.RequiredText(fields.Text, pipeline.MaxTextBytes),
            Source = reader.OptionalScalar(fields.Source) ?? "unknown",
            Subject = reader.OptionalScalar(fields.Subject),
            Language = reader.OptionalScalar(fields.Language),
            OccurredAt = reader.OptionalTime(fields.OccurredAt, fields.TimeFormat) ?? record.Timestamp,
            Attributes = reader.Attributes(fields.Attributes),
        };
        return reader.Fault is { } fault ? new(null, fault) : new(text, null);
    }

    /// <summary>Asked only after parsing failed, so that good records are read once.</summary>
    private static bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth >= MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return true;
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
