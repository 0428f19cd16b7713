using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Privacy.Erasure;

/// <summary>
/// Examines single records for content of a subject. Topics of texts and predictions come first, because other topics refer to their ids.
/// </summary>
internal sealed class SubjectScanner(PipelineCatalog pipelines, SubjectKeys keys, string digest)
{
    private static readonly FieldMapping DefaultFields = new();
    private readonly IReadOnlySet<Guid> _erased = keys.FindErased(digest).Keys;
    private readonly HashSet<string> _ids = [];
    private (string? Subject, bool IsMatch) _last;

    /// <summary>Orders topics: texts and predictions before what refers to them by id.</summary>
    public static int Order(string topic)
        => topic is Topics.Feedback or Topics.Alerts or Topics.MonitorState ? 2 : topic == Topics.DeadLetter ? 1 : 0;

    /// <summary>Examines a record of the log.</summary>
    public SubjectContent Examine(LogRecord record)
    {
        try
        {
            return record.Position.Topic switch
            {
                _ when record.Value is null => SubjectContent.None,
                Topics.DeadLetter => ExamineDeadLetter(Wire.Deserialize<DeadLettered>(record.Value)),
                Topics.Feedback => ExamineFeedback(record),
                Topics.Predictions => Examine(Wire.Deserialize<TextClassified>(record.Value)),
                Topics.Alerts or Topics.MonitorState or Topics.LabellingSample => ExamineReferences(record.Value),
                Topics.Progress or Topics.EventTime or Topics.Trends or Topics.Fairness or Topics.Accuracy or Topics.Drift or Topics.Models
                    or Topics.Audit or Topics.AlertActions or Topics.Notifications or Topics.Rules or Topics.Annotators
                    or Topics.RulesPreviewRequests or Topics.RulesPreviews
                    or Topics.ReplayState or Topics.DeadLetterState or Topics.LedgerState => SubjectContent.None,
                var topic when topic.StartsWith(Topics
                    .Route(""), StringComparison.Ordinal) => Examine(Wire.Deserialize<TextClassified>(record.Value)),
                var topic => ExamineText(topic, record.Key, record.Value, record.Headers),
            };
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return IsSubject(Name(record.Key)) ? SubjectContent.Readable : SubjectContent.Unknown; // a record of another program
        }
    }

    /// <summary>Examines a prediction.</summary>
    public SubjectContent Examine(TextClassified prediction)
    {
        if (!IsSubject(prediction.Subject))
            return SubjectContent.None;
        _ids.Add(prediction.Id);
        return prediction.Text is not null || prediction.Entities?.Any(static entity => entity.Text is not null) == true
            ? SubjectContent.Readable
            : prediction.Sealed is { } sealedText ? ExamineSeal(sealedText) : SubjectContent.NoText;
    }

    /// <summary>Examines the examples of an alert.</summary>
    public SubjectContent Examine(AlertRaised alert) => StrongestOf(alert.Examples.Where(example => _ids.Contains(example.Id))
        .Select(
            example => example.Text is not null ? SubjectContent.Readable : example.Sealed is { } sealedText ? ExamineSeal(sealedText)
                : SubjectContent.NoText));

    private SubjectContent ExamineDeadLetter(DeadLettered letter) =>
        letter.Value is null ? ExamineName(Name(letter.Key))
        : letter.Origin.Topic == Topics.Predictions ? ExaminePrediction(letter.Key, letter.Value)
        : letter.Origin.Topic == Topics.Feedback ? ExamineFeedback(letter.Key, letter.Value, letter.Headers)
        : ExamineText(letter.Origin.Topic, letter.Key, letter.Value, letter.Headers);

    /// <summary>Examines a prediction that could not be used, as far as it can be parsed.</summary>
    private SubjectContent ExaminePrediction(byte[]? key, byte[] value)
    {
        try
        {
            return Examine(Wire.Deserialize<TextClassified>(value));
        }
        catch (JsonException)
        {
            return IsSubject(Name(key)) ? SubjectContent.Readable : SubjectContent.Unknown;
        }
    }

    private SubjectContent ExamineText(string topic, byte[]? key, byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        if (headers.ContainsKey(RecordHeaders.Sealed))
            return IsSubject(Name(key)) || IsErasedSeal(value) ? ExamineSeal(value) : SubjectContent.None;
        var isOwnForm = EventRecord.Is<TextReceived>(headers);
        var fields = isOwnForm ? DefaultFields : pipelines.ForTopic(topic)?.Fields ?? DefaultFields;
        var (id, subject) = ReadIdAndSubject(value, headers, fields);
        if (!IsSubject(subject) && !IsSubject(Name(key)))
            return SubjectContent.None;
        if (id is not null)
            _ids.Add(id);
        return SubjectContent.Readable;
    }

    private SubjectContent ExamineFeedback(LogRecord record) => ExamineFeedback(record.Key, record.Value!, record.Headers);

    private SubjectContent ExamineFeedback(byte[]? key, byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        if (headers.ContainsKey(RecordHeaders.Sealed))
            return IsErasedSeal(value) || _ids.Contains(Name(key) ?? "") ? ExamineSeal(value) : SubjectContent.None;
        if (EventRecord.Is<FeedbackWithdrawn>(headers))
        {
            var withdrawal = Wire.Deserialize<FeedbackWithdrawn>(value);
            return IsSubject(withdrawal.Subject) || _ids.Contains(withdrawal.Id ?? "") ? SubjectContent.NoText : SubjectContent.None;
        }
        var feedback = Wire.Deserialize<FeedbackReceived>(value);
        return !IsSubject(feedback.Subject) && !_ids.Contains(feedback.Id ?? "") ? SubjectContent.None
            : feedback.Text is null ? SubjectContent.NoText : SubjectContent.Readable;
    }

    /// <summary>Examines JSON, which may be compressed, for objects with the id of a text of the subject.</summary>
    private SubjectContent ExamineReferences(byte[] value)
    {
        using var bytes = value.AsSpan().StartsWith([(byte)0x1f, (byte)0x8b]) ? BoundedGzip.Decompress(value) : new MemoryStream(value);
        using var document = JsonDocument.Parse(bytes);
        return StrongestOf(References(document.RootElement));
    }

    private IEnumerable<SubjectContent> References(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && _ids.Contains(id.GetString()!))
        {
            yield return element.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? SubjectContent.Readable
                : element.TryGetProperty("sealed", out var sealedText) && sealedText.TryGetBytesFromBase64(out var seal)
                    ? ExamineSeal(seal)
                    : SubjectContent.NoText;
        }

        var children = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(static property => property.Value),
            JsonValueKind.Array => element.EnumerateArray(),
            _ => (IEnumerable<JsonElement>)[],
        };
        foreach (var child in children)
        {
            foreach (var content in References(child))
                yield return content;
        }
    }

    private static (string? Id, string? Subject) ReadIdAndSubject(byte[] value, IReadOnlyDictionary<string, byte[]> headers,
        FieldMapping fields)
    {
        using var record = ProducerRecord.Parse(value, headers);
        return (RecordJson.Scalar(record.Find(fields.Id)), RecordJson.Scalar(record.Find(fields.Subject)));
    }

    private bool IsErasedSeal(byte[] value) => SealCodec.KeyIdOf(value) is { } id && _erased.Contains(id);

    private SubjectContent ExamineSeal(byte[] value)
    {
        if (SealCodec.KeyIdOf(value) is not { } id)
            return SubjectContent.Readable; // marked as sealed, but it is not
        if (_erased.Contains(id))
            return SubjectContent.Erased;
        var found = keys.Find([id]);
        return found.Keys.ContainsKey(id) ? SubjectContent.SealedAgain : found.Erased.Contains(id) ? SubjectContent.Erased
            : SubjectContent.UnknownKey;
    }

    /// <summary>Examines a record that holds only the name of a subject, or its pseudonym.</summary>
    private SubjectContent ExamineName(string? name) =>
        !IsSubject(name) ? SubjectContent.None : Pseudonym.Is(name!) ? SubjectContent.NoText : SubjectContent.Readable;

    private static string? Name(byte[]? key) => key is null ? null : Encoding.UTF8.GetString(key);

    /// <summary>Tells whether the bytes of a record caused an exception.</summary>
    private static bool IsMalformed(Exception e) => RecordErrors.MayBeCausedByRecord(e);

    private bool IsSubject(string? subject)
    {
        if (subject is null)
            return false;
        if (subject != _last.Subject)
            _last = (subject, keys.Digest(subject) == digest);
        return _last.IsMatch;
    }

    private static SubjectContent StrongestOf(IEnumerable<SubjectContent> contents) => contents.DefaultIfEmpty(SubjectContent.None).Max();
}
