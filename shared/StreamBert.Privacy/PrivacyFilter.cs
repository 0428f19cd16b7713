using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Redaction;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Privacy;

/// <summary>
/// Decides what of a text, and of everything that comes with it, may be stored and shown, by the privacy settings of its pipeline.
/// Everything
/// that enters the log passes this filter: over HTTP, from files, from other producers' topics, and as a dead letter.
/// </summary>
public sealed class PrivacyFilter
{
    private static readonly FieldMapping DefaultFields = new();
    private static readonly HashSet<string> NoPaths = [];
    private readonly Dictionary<string, FieldRedactor> _pipelines;
    private readonly FieldRedactor _all;
    private readonly SubjectKeys _keys;

    /// <summary>Creates the filter for the configured pipelines.</summary>
    public PrivacyFilter(PipelineCatalog pipelines, SubjectKeys keys)
    {
        _keys = keys;
        _pipelines = pipelines.All.ToDictionary(static pipeline => pipeline.Name, pipeline => Create([pipeline]));
        _all = Create(pipelines.All);
    }

    /// <summary>Returns the redactor of a pipeline.</summary>
    /// <param name="pipeline">The pipeline; null if it is unknown: everything that any pipeline redacts is redacted.</param>
    public Redactor RedactorOf(string? pipeline) =>
        pipeline is null ? _all.Words : _pipelines.GetValueOrDefault(pipeline)?.Words ?? Redactor.None;

    /// <summary>Redacts a text within a field, such as a label of feedback.</summary>
    /// <inheritdoc cref="RedactorOf"/>
    public string RedactText(string? pipeline, string text) => RulesOf(pipeline).RedactRemaining(text);

    /// <summary>Returns an id or the name of an annotator as it may be stored: the name itself, or its pseudonym.</summary>
    /// <inheritdoc cref="RedactorOf"/>
    public string Pseudonymize(string? pipeline, string name) => RulesOf(pipeline).Pseudonymize(name);

    /// <summary>
    /// Returns an annotator as the name may be stored, by the privacy settings of the pipeline, then by those of all pipelines: either may
    /// be named in an exclusion.
    /// </summary>
    /// <inheritdoc cref="RedactorOf"/>
    public IReadOnlyList<string> NamesOfAnnotator(string? pipeline, string annotator) =>
        [Pseudonymize(pipeline, annotator), Pseudonymize(null, annotator)];

    /// <summary>Lists the ids under which a text with a client's id may be stored.</summary>
    public IEnumerable<string> StoredIdsOf(string id) => _all.Pseudonymize(id) is var stored && stored == id ? [id] : [id, stored];

    /// <summary>
    /// Redacts a text before it is appended to an input topic, in every field. Only if the model reads the original and the record will be
    /// sealed, which takes a subject, the text itself stays as it is.
    /// </summary>
    public TextReceived RedactForLog(PipelineOptions pipeline, TextReceived text) =>
        Redact(pipeline, text, pipeline.Privacy.ModelReadsOriginal && text.Subject is not null);

    /// <summary>Redacts a text as the model reads it, whoever appended it.</summary>
    public TextReceived RedactForModel(PipelineOptions pipeline, TextReceived text) =>
        Redact(pipeline, text, pipeline.Privacy.ModelReadsOriginal);

    /// <summary>Returns the key of a text's record: the subject, otherwise the id, as far as everybody may read them.</summary>
    public byte[] KeyFor(PipelineOptions pipeline, string? subject, string id)
    {
        var rules = RulesOf(pipeline.Name);
        return Encoding.UTF8.GetBytes(rules.RedactReadableSubject(subject) ?? rules.Pseudonymize(id));
    }

    /// <summary>
    /// Creates the record of a redacted text for an input topic, in StreamBert's own form: its type header says so, whatever fields other
    /// producers of the topic write.
    /// </summary>
    public NewRecord ToRecord(PipelineOptions pipeline, TextReceived text, string? topic = null) =>
        EventRecord.Create(topic ?? pipeline.Inputs[0], KeyFor(pipeline, text.Subject, text.Id), text, text.OccurredAt);

    /// <summary>
    /// Creates the record of a prediction in the form of its producer for an input topic. Everything is redacted but the event time and the
    /// answers of the model, in which a number may resemble one of a person by chance.
    /// </summary>
    /// <param name="pipeline">The pipeline, which takes predictions.</param>
    /// <param name="text">The text of the prediction, as it was parsed.</param>
    /// <param name="json">The JSON as it was sent.</param>
    public NewRecord ToRecord(PipelineOptions pipeline, TextReceived text, byte[] json)
    {
        var rules = RulesOf(pipeline.Name);
        var isSealed = pipeline.Privacy.PerSubjectKeys && text.Subject is not null;
        var redactor = new RecordRedactor(isSealed ? rules.Words : rules.Remaining, _keys);
        var value = rules.IsEmpty
            ? json
            : redactor.RedactValue(CloudEvent.Decode(json), NamePaths(pipeline.Fields), PredictionPaths.Of(pipeline));
        return new(pipeline.Inputs[0], KeyFor(pipeline, text.Subject, text.Id), value, text.OccurredAt);
    }

    /// <summary>Redacts a record that failed; a value that is or will be sealed stays as it is.</summary>
    /// <param name="pipeline">The pipeline; null if it is unknown.</param>
    /// <param name="record">The record.</param>
    /// <param name="isSealed">Whether the value is stored sealed.</param>
    public StorableRecord RedactRecord(PipelineOptions? pipeline, LogRecord record, bool isSealed)
    {
        var redactor = new RecordRedactor(RulesOf(pipeline?.Name).Remaining, _keys);
        var seals = pipeline?.Privacy.PerSubjectKeys == true;
        var isOwnForm = EventRecord.Is<TextReceived>(record);
        var fields = isOwnForm ? DefaultFields : pipeline?.Fields ?? DefaultFields;
        var value = isSealed ? record.Value : redactor.RedactValue(record.Value, NamePaths(fields), NoPaths);
        // A seal is bound to the key of the record, so a record that was received sealed keeps its key.
        var key = SubjectVault.IsSealed(record) ? record.Key : redactor.RedactKey(record.Key, isName: seals && !isOwnForm);
        var headers = RedactHeaders(record.Headers, redactor, keepsUnknown: !seals);
        var isSame = ReferenceEquals(value, record.Value) && ReferenceEquals(key, record.Key) && AreSame(headers, record.Headers);
        return new(key, value, headers, !isSame);
    }

    /// <summary>Redacts bytes of any form.</summary>
    /// <inheritdoc cref="RedactorOf"/>
    public byte[]? RedactBytes(string? pipeline, byte[]? value) =>
        new RecordRedactor(RedactorOf(pipeline), _keys).RedactValue(value, NamePaths(DefaultFields), NoPaths);

    /// <summary>
    /// Seals a prediction for a subject with a key. Everything that the producer wrote is sealed; the output of the model, the subject's
    /// pseudonym and the attributes that the pipeline's fairness rules compare stay readable.
    /// </summary>
    public TextClassified SealPrediction(PipelineOptions pipeline, TextClassified prediction, SubjectKey key)
    {
        var rules = RulesOf(pipeline.Name);
        var compared = pipeline.Monitor.Rules.Fairness.Select(static rule => rule.Attribute).ToHashSet();
        return PredictionSeal.Seal(prediction, key) with
        {
            Subject = rules.RedactReadableSubject(prediction.Subject),
            Attributes = prediction.Attributes.Where(attribute => compared.Contains(attribute.Key))
                .ToDictionary(static attribute => attribute.Key, attribute => rules.RedactRemaining(attribute.Value)),
        };
    }

    private FieldRedactor Create(IReadOnlyCollection<PipelineOptions> pipelines) => new(
        new([.. pipelines.SelectMany(static pipeline => pipeline.Privacy.Redact)]),
        pipelines.Any(static pipeline => pipeline.Privacy.PerSubjectKeys),
        _keys);

    private FieldRedactor RulesOf(string? pipeline) => pipeline is null ? _all : _pipelines.GetValueOrDefault(pipeline, FieldRedactor.None);

    private TextReceived Redact(PipelineOptions pipeline, TextReceived text, bool keepsText)
    {
        var rules = RulesOf(pipeline.Name);
        return rules.IsEmpty ? text : rules.RedactFields(text) with { Text = keepsText ? text.Text : rules.RedactWords(text.Text) };
    }

    private static HashSet<string> NamePaths(FieldMapping fields) =>
        [.. new[] { fields.Id, fields.Subject }.OfType<string>().SelectMany(static path => new[] { path, $"data.{path}" })];

    private static Dictionary<string, byte[]> RedactHeaders(
        IReadOnlyDictionary<string, byte[]> headers, RecordRedactor redactor, bool keepsUnknown)
    {
        var redacted = new Dictionary<string, byte[]>();
        foreach (var (name, value) in headers.Where(header => keepsUnknown || RecordHeaders.All.Contains(header.Key)))
        {
            var stored = name == RecordHeaders.Sealed ? value : redactor.RedactHeader(name, value);
            UniqueNames.Add(redacted, redactor.RedactText(name), stored);
        }
        return redacted;
    }

    private static bool AreSame(Dictionary<string, byte[]> redacted, IReadOnlyDictionary<string, byte[]> headers) =>
        redacted.Count == headers.Count
        && redacted.All(header => headers.TryGetValue(header.Key, out var before) && ReferenceEquals(before, header.Value));
}
