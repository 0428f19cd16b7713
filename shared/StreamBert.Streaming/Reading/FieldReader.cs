using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>
/// Reads the fields of a producer's record, and collects the first fault and the notes about values that were read differently from how
/// they were written.
/// </summary>
/// <param name="record">The record.</param>
/// <param name="showValues">Whether a fault, which is stored unencrypted, may quote a value.</param>
internal sealed class FieldReader(ProducerRecord record, bool showValues)
{
    /// <summary>The number of omitted attributes with a note of their own; one note counts the rest.</summary>
    private const int MaxNamed = 20;

    private readonly List<string> _notes = record.ReplacedSurrogates == 0 ? [] : [TextNotes.Surrogates(record.ReplacedSurrogates)];

    private int _omitted;

    public Rejection? Fault { get; private set; }

    public string RequiredScalar(string path) => OptionalScalar(path) ?? Missing(path);

    /// <summary>Returns a string, number or Boolean as text; null if it is absent, null or empty.</summary>
    public string? OptionalScalar(string? path)
    {
        if (record.Find(path) is not { } element)
            return null;
        if (RecordJson.Scalar(element) is { } text)
            return text.Length == 0 ? null : text;
        Reject(DeadLetterReasons.BadField,
            $"The field '{path}' must be a string or a number, not {RecordParser.NameOf(element.ValueKind)}.");
        return null;
    }

    /// <summary>Returns the text: a string, which may be empty.</summary>
    public string RequiredText(string path)
    {
        if (record.FindText(path) is not { } element)
            return Missing(path);
        return element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : Reject(
                DeadLetterReasons.BadField, $"The field '{path}' must be a string, not {RecordParser.NameOf(element.ValueKind)}.");
    }

    /// <summary>Returns the event time; null if it is absent or null, and the record's timestamp applies.</summary>
    public DateTimeOffset? OptionalTime(string? path, string? format)
    {
        if (record.Find(path) is { } own)
            return Time(own, path!, format);
        return record.EventTime is { } ofEvent ? Time(ofEvent, "time", format: null) : null;
    }

    private DateTimeOffset? Time(JsonElement element, string path, string? format)
    {
        if (EventTimeParser.TryParse(element, format, out var time, out var fault))
            return time;
        var reason = showValues ? fault : "the value is not shown, because the pipeline seals its texts.";
        Reject(DeadLetterReasons.BadField, $"The field '{path}' has an invalid time: {reason} {RemedyFor(format)}");
        return null;
    }

    /// <summary>
    /// Returns the object <c>attributes</c> and the mapped attributes, which take precedence. Values that are not scalar are omitted with a
    /// note.
    /// </summary>
    public IReadOnlyDictionary<string, string> Attributes(IReadOnlyDictionary<string, string> mapped)
    {
        var attributes = new Dictionary<string, string>();
        if (record.Find("attributes") is { ValueKind: JsonValueKind.Object } own)
        {
            foreach (var property in own.EnumerateObject())
                Add(attributes, property.Name, property.Value);
        }

        foreach (var (name, path) in mapped)
        {
            if (record.Find(path) is { } value)
                Add(attributes, name, value);
        }

        return attributes;
    }

    /// <summary>Returns the notes about the text; null if there are none.</summary>
    /// <param name="own">Whether the record is one of StreamBert's, which contains the notes of its first reader.</param>
    public IReadOnlyList<string>? Notes(bool own)
    {
        if (own && record.Find("notes") is { ValueKind: JsonValueKind.Array } earlier)
        {
            _notes.InsertRange(0, earlier.EnumerateArray().Where(static note => note.ValueKind == JsonValueKind.String)
                .Select(static note => note.GetString()!));
        }

        if (_omitted > MaxNamed)
            _notes.Add($"{_omitted - MaxNamed:N0} more attributes are not strings, numbers, true or false, and were omitted.");
        return _notes.Count == 0 ? null : _notes;
    }

    private void Add(Dictionary<string, string> attributes, string name, JsonElement element)
    {
        if (RecordJson.Scalar(element) is { } value)
        {
            attributes[name] = value;
        }
        else if (element.ValueKind != JsonValueKind.Null && ++_omitted <= MaxNamed)
        {
            _notes.Add(
                $"The attribute '{Excerpt.Quote(name)}' is {RecordParser.NameOf(element.ValueKind)} and was omitted; "
                + "attributes are strings, numbers, true or false.");
        }
    }

    private static string RemedyFor(string? format) => format is null
        ? $"Where all times of the topic have one form of their own, set {EventTimeParser.PipelineSetting}."
        : $"The format is set by {EventTimeParser.PipelineSetting}.";

    private string Missing(string path) => Reject(DeadLetterReasons.MissingField, $"The field '{path}' is missing, null or empty.");

    private string Reject(string reason, string detail)
    {
        Fault ??= new(reason, detail);
        return "";
    }
}
