using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Streaming.Reading;

/// <summary>
/// Takes fields out of a producer's record, and remembers the first thing that was wrong and all that was read in another way than it was
/// written.
/// </summary>
/// <param name="showValues">Whether what is wrong may name a value, which is stored readable.</param>
internal sealed class FieldReader(ProducerRecord record, bool showValues)
{
    /// <summary>Attributes that were left out and are named in a note of their own; the rest is counted in one.</summary>
    private const int MaxNamed = 20;

    private readonly List<string> _notes = record.ReplacedSurrogates == 0 ? [] : [TextNotes.Surrogates(record.ReplacedSurrogates)];

    private int _leftOut;

    public Rejection? Fault { get; private set; }

    public string RequiredScalar(string path) => OptionalScalar(path) ?? Missing(path);

    /// <summary>A string or number (or true, false) as text; null if it is absent, null or empty.</summary>
    public string? OptionalScalar(string? path)
    {
        if (record.Find(path) is not { } element)
            return null;
        if (RecordJson.Scalar(element) is { } text)
            return text.Length == 0 ? null : text;
        Fail(DeadLetterReasons.BadField, $"The field '{path}' must be a string or a number, not {RecordParser.Name(element.ValueKind)}.");
        return null;
    }

    /// <summary>The text itself: a string, which may be empty.</summary>
    public string RequiredText(string path)
    {
        if (record.FindText(path) is not { } element)
            return Missing(path);
        if (element.ValueKind != JsonValueKind.String)
            return Fail(DeadLetterReasons.BadField, $"The field '{path}' must be a string, not {RecordParser.Name(element.ValueKind)}.");
        return element.GetString()!;
    }

    /// <summary>Null if it is absent or null: then the record's own timestamp counts.</summary>
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
        Fail(DeadLetterReasons.BadField, $"The field '{path}' has no time that is read: {(showValues ? fault : "its value is not shown, since the pipeline seals what it stores.")} {Cure(format)}");
        return null;
    }

    /// <summary>
    /// The object <c>attributes</c>, and over it the mapped ones. What is no scalar is left out with a note, never a failure.
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

    /// <summary>What is to be told of the text that was read; null if nothing is.</summary>
    /// <param name="own">Whether the record is one of StreamBert's, which carries the notes of whoever took the text in.</param>
    public IReadOnlyList<string>? Notes(bool own)
    {
        if (own && record.Find("notes") is { ValueKind: JsonValueKind.Array } earlier)
        {
            _notes.InsertRange(0, earlier.EnumerateArray().Where(static note => note.ValueKind == JsonValueKind.String)
                .Select(static note => note.GetString()!));
        }

        if (_leftOut > MaxNamed)
            _notes.Add($"{_leftOut - MaxNamed:N0} more attributes are no strings, numbers, true or false, and were left out.");
        return _notes.Count == 0 ? null : _notes;
    }

    private void Add(Dictionary<string, string> attributes, string name, JsonElement element)
    {
        if (RecordJson.Scalar(element) is { } value)
            attributes[name] = value;
        else if (element.ValueKind != JsonValueKind.Null && ++_leftOut <= MaxNamed)
            _notes.Add($"The attribute '{Excerpt.Quote(name)}' is {RecordParser.Name(element.ValueKind)} and was left out; attributes are strings, numbers, true or false.");
    }

    private static string Cure(string? format) => format is null
        ? $"Where all times of the topic have one form of their own, set {EventTimeParser.PipelineSetting}."
        : $"The format is set by {EventTimeParser.PipelineSetting}.";

    private string Missing(string path) => Fail(DeadLetterReasons.MissingField, $"The field '{path}' is missing, null or empty.");

    private string Fail(string reason, string detail)
    {
        Fault ??= new(reason, detail);
        return "";
    }
}
