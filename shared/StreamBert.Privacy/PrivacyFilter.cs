using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Privacy;

/// <summary>What of a failed record its dead letter may hold.</summary>
/// <param name="IsRedacted">Whether that is not all of it as it was.</param>
public sealed record StorableRecord(byte[]? Key, byte[]? Value, IReadOnlyDictionary<string, byte[]> Headers, bool IsRedacted);

/// <summary>
/// What of a text, and of all that comes with it, may be stored and shown, by the privacy settings of its pipeline. Everything that enters
/// the log passes here: by HTTP, from files, from other
/// producers' topics, and as a dead letter.
/// </summary>
public sealed class PrivacyFilter
{
    private static readonly FieldMapping OurFields = new();
    private readonly Dictionary<string, FieldRedactor> _fields;
    private readonly FieldRedactor _all;
    private readonly SubjectKeys _keys;

    public PrivacyFilter(PipelineCatalog pipelines, SubjectKeys keys)
    {
        _keys = keys;
        _fields = pipelines.All.ToDictionary(
            static p => p.Name, p => new FieldRedactor(
                p.Privacy.Redact.Count == 0 ? Redactor.None : new(p.Privacy.Redact),
                p.Privacy.PerSubjectKeys,
                keys));
        _all = new(
            new(pipelines.All.SelectMany(static p => p.Privacy.Redact)),
            pipelines.All.Any(static p => p.Privacy.PerSubjectKeys),
            keys);
    }

    /// <param name="pipeline">Null, where it is not known: everything that any pipeline redacts.</param>
    public Redactor RedactorOf(string? pipeline)
        => pipeline is null ? _all.Words : _fields.GetValueOrDefault(pipeline)?.Words ?? Redactor.None;

    /// <summary>Text within a field, such as the label of a verdict, as it may be stored.</summary>
    /// <inheritdoc cref="RedactorOf"/>
    public string RedactText(string? pipeline, string text) => Of(pipeline).Remaining(text);

    /// <summary>An id, an annotator, as it may be stored: the name itself, or its pseudonym.</summary>
    /// <inheritdoc cref="RedactorOf"/>
    public string Pseudonymize(string? pipeline, string name) => Of(pipeline).Name(name);

    /// <summary>The names under which what a client calls so may be stored.</summary>
    public IEnumerable<string> StoredIdsOf(string name)
        => _all.Name(name) is var pseudonym && pseudonym == name ? [name] : [name, pseudonym];

    /// <summary>
    /// A text as it is appended to an input topic: redacted in every field, but where the model is to see the original and the record will
    /// be sealed, which takes a subject.
    /// </summary>
    public TextReceived RedactForLog(PipelineOptions pipeline, TextReceived text)
        => Guarded(pipeline, text, pipeline.Privacy.ModelReadsOriginal && text.Subject is not null);

    /// <summary>A text as the model sees it, whoever appended it.</summary>
    public TextReceived RedactForModel(PipelineOptions pipeline, TextReceived text) => Guarded(pipeline, text, pipeline.Privacy.ModelReadsOriginal);

    /// <summary>A record's key: the subject, else the id, as far as they may be read by everybody.</summary>
    public byte[] KeyFor(PipelineOptions pipeline, string? subject, string id)
        => Encoding.UTF8.GetBytes(Of(pipeline.Name).OpenSubject(subject) ?? Of(pipeline.Name).Name(id));

    /// <summary>
    /// An admitted text as a record of an input topic, in StreamBert's own form: its header says so, whatever fields the topic's other
    /// producers write.
    /// </summary>
    public NewRecord ToRecord(PipelineOptions pipeline, TextReceived text, string? topic = null) =>
        EventRecord.Create(topic ?? pipeline.Inputs[0], KeyFor(pipeline, text.Subject, text.Id), text, text.OccurredAt);

    /// <summary>
    /// What may be kept of a record that failed; its value is that of a redacting pipeline, or stays as it is where it is or will be
    /// sealed.
    /// </summary>
    /// <param name="pipeline">Null, where it is not known.</param>
    /// <param name="isSealed">Whether the value is stored sealed.</param>
    public StorableRecord RedactRecord(PipelineOptions? pipeline, LogRecord record, bool isSealed)
    {
        var rules = new RecordRedactor(Of(pipeline?.Name).Remainder, _keys);
        var seals = pipeline?.Privacy.PerSubjectKeys == true;
        var ours = EventRecord.Is<TextReceived>(record);
        var value = isSealed ? record.Value : rules.Value(record.Value, NamesOf(ours ? OurFields : pipeline?.Fields ?? OurFields));
        // A seal is bound to the record's key: what came sealed keeps it.
        var key = SubjectVault.IsSealed(record) ? record.Key : rules.Key(record.Key, always: seals && !ours);
        var headers = Headers(record.Headers, rules, keepsForeign: !seals);
        var same = ReferenceEquals(value, record.Value) && ReferenceEquals(key, record.Key) && headers.Count == record.Headers.Count
            && headers.All(header => record.Headers.TryGetValue(header.Key, out var before) && ReferenceEquals(before, header.Value));
        return new(key, value, headers, !same);
    }

    /// <summary>Bytes of whatever form with the personal data in them replaced.</summary>
    public byte[]? RedactBytes(string? pipeline, byte[]? value)
        => new RecordRedactor(RedactorOf(pipeline), _keys).Value(value, NamesOf(OurFields));

    /// <summary>
    /// A prediction as it is stored for a subject with a key: what its producer said is sealed, and open are what the model said, the
    /// subject's pseudonym and the attributes that the
    /// pipeline's rules compare.
    /// </summary>
    public TextClassified SealPrediction(PipelineOptions pipeline, TextClassified prediction, SubjectKey key)
    {
        var fields = Of(pipeline.Name);
        var compared = pipeline.Monitor.Fairness.Select(static rule => rule.Attribute).ToHashSet();
        return SubjectVault.Seal(prediction, key) with
        {
            Subject = fields.OpenSubject(prediction.Subject),
            Attributes = prediction.Attributes.Where(attribute => compared.Contains(attribute.Key))
                .ToDictionary(static a => a.Key, a => fields.Remaining(a.Value)),
        };
    }

    private static HashSet<string> NamesOf(FieldMapping fields)
        => [.. new[] { fields.Id, fields.Subject }.OfType<string>().SelectMany(static path => new[] { path, $"data.{path}" })];

    private static Dictionary<string, byte[]> Headers(IReadOnlyDictionary<string, byte[]> headers, RecordRedactor rules, bool keepsForeign)
    {
        var held = new Dictionary<string, byte[]>();
        foreach (var (name, value) in headers.Where(header => keepsForeign || RecordHeaders.All.Contains(header.Key)))
        {
            var shown = rules.Word(name);
            for (var number = 2; !held.TryAdd(shown, name == RecordHeaders.Sealed ? value : rules.Header(name, value)); number++)
                shown = $"{rules.Word(name)} {number}";
        }
        return held;
    }

    private FieldRedactor Of(string? pipeline) => pipeline is null ? _all : _fields.GetValueOrDefault(pipeline, FieldRedactor.None);

    private TextReceived Guarded(PipelineOptions pipeline, TextReceived text, bool keepsText)
    {
        var fields = Of(pipeline.Name);
        return fields.IsEmpty ? text : fields.Fields(text) with { Text = keepsText ? text.Text : fields.Word(text.Text) };
    }
}
