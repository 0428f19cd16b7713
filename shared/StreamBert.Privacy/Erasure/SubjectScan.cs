using System.Text;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Privacy.Erasure;

/// <summary>What a record holds of a subject.</summary>
internal enum Holding
{
    Nothing,
    NotJudged,
    NoText,
    Erased,
    Since,
    KeyNotHere,
    Readable,
}

/// <summary>
/// Tells of single records what they hold of a subject. Topics of texts and predictions come first: other topics refer to their ids.
/// </summary>
internal sealed class SubjectScan(PipelineCatalog pipelines, SubjectKeys keys, string digest)
{
    private static readonly FieldMapping OurFields = new();
    private readonly IReadOnlySet<Guid> _erased = keys.FindErased(digest).Keys;
    private readonly HashSet<string> _ids = [];
    private (string? Subject, bool Is) _last;

    /// <summary>Texts and what was made of them, before what refers to them by id.</summary>
    public static int Order(string topic)
        => topic is Topics.Feedback or Topics.Alerts or Topics.MonitorState ? 2 : topic == Topics.DeadLetter ? 1 : 0;

    public Holding Of(LogRecord record)
    {
        try
        {
            return record.Position.Topic switch
            {
                _ when record.Value is null => Holding.Nothing,
                Topics.DeadLetter => OfLetter(Wire.Deserialize<DeadLettered>(record.Value)),
                Topics.Feedback => OfFeedback(record),
                Topics.Predictions => Of(Wire.Deserialize<TextClassified>(record.Value)),
                Topics.Alerts or Topics.MonitorState => OfReferences(record.Value),
                Topics.Progress or Topics.EventTime or Topics.Trends or Topics.Models or Topics.Audit or Topics.ReplayState or Topics
                    .DeadLetterState or Topics.LedgerState => Holding.Nothing,
                var topic when topic.StartsWith(Topics
                    .Route(""), StringComparison.Ordinal) => Of(Wire.Deserialize<TextClassified>(record.Value)),
                var topic => OfText(topic, record.Key, record.Value, record.Headers),
            };
        }
        catch (Exception e) when (IsMalformed(e))
        {
            return IsSubject(Name(record.Key)) ? Holding.Readable : Holding.NotJudged; // another program's record
        }
    }

    public Holding Of(TextClassified prediction)
    {
        if (!IsSubject(prediction.Subject))
            return Holding.Nothing;
        _ids.Add(prediction.Id);
        return prediction.Text is not null || prediction.Entities?.Any(static entity => entity.Text is not null) == true ? Holding.Readable
            : prediction.Sealed is { } sealedText ? OfSeal(sealedText) : Holding.NoText;
    }

    public Holding Of(AlertRaised alert) => Strongest(alert.Examples.Where(example => _ids.Contains(example.Id))
        .Select(
            example => example.Text is not null ? Holding.Readable : example.Sealed is { } sealedText ? OfSeal(sealedText) : Holding.NoText));

    private Holding OfLetter(DeadLettered letter) =>
        letter.Value is null ? OfName(Name(letter.Key))
        : letter.Origin.Topic == Topics.Predictions ? OfPrediction(letter.Key, letter.Value)
        : letter.Origin.Topic == Topics.Feedback ? OfFeedback(letter.Key, letter.Value, letter.Headers)
        : OfText(letter.Origin.Topic, letter.Key, letter.Value, letter.Headers);

    /// <summary>A prediction that could not be used, as far as it can be read now.</summary>
    private Holding OfPrediction(byte[]? key, byte[] value)
    {
        try
        {
            return Of(Wire.Deserialize<TextClassified>(value));
        }
        catch (JsonException)
        {
            return IsSubject(Name(key)) ? Holding.Readable : Holding.NotJudged;
        }
    }

    private Holding OfText(string topic, byte[]? key, byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        if (headers.ContainsKey(RecordHeaders.Sealed))
            return IsSubject(Name(key)) || IsErasedSeal(value) ? OfSeal(value) : Holding.Nothing;
        var ours = EventRecord.Is<TextReceived>(headers);
        var fields = ours ? OurFields : pipelines.ForTopic(topic)?.Fields ?? OurFields;
        var (id, subject) = Named(value, headers, fields);
        if (!IsSubject(subject) && !IsSubject(Name(key)))
            return Holding.Nothing;
        if (id is not null)
            _ids.Add(id);
        return Holding.Readable;
    }

    private Holding OfFeedback(LogRecord record) => OfFeedback(record.Key, record.Value!, record.Headers);

    private Holding OfFeedback(byte[]? key, byte[] value, IReadOnlyDictionary<string, byte[]> headers)
    {
        if (headers.ContainsKey(RecordHeaders.Sealed))
            return IsErasedSeal(value) || _ids.Contains(Name(key) ?? "") ? OfSeal(value) : Holding.Nothing;
        var feedback = Wire.Deserialize<FeedbackReceived>(value);
        return !IsSubject(feedback.Subject) && !_ids.Contains(feedback.Id ?? "") ? Holding.Nothing
            : feedback.Text is null ? Holding.NoText : Holding.Readable;
    }

    /// <summary>Objects with the id of a text of the subject, wherever they stand in the JSON, which may be compressed.</summary>
    private Holding OfReferences(byte[] value)
    {
        using var bytes = value.AsSpan().StartsWith([(byte)0x1f, (byte)0x8b]) ? BoundedGzip.Decompress(value) : new MemoryStream(value);
        using var document = JsonDocument.Parse(bytes);
        return Strongest(References(document.RootElement));
    }

    private IEnumerable<Holding> References(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && _ids.Contains(id.GetString()!))
        {
            yield return element.TryGetProperty("text", out var text) && text.ValueKind == JsonValueKind.String ? Holding.Readable
                : element.TryGetProperty("sealed", out var sealedText) && sealedText.TryGetBytesFromBase64(out var seal)
                    ? OfSeal(seal)
                    : Holding.NoText;
        }

        var children = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(static property => property.Value),
            JsonValueKind.Array => element.EnumerateArray(),
            _ => (IEnumerable<JsonElement>)[],
        };
        foreach (var child in children)
        {
            foreach (var holding in References(child))
                yield return holding;
        }
    }

    private static (string? Id, string? Subject) Named(byte[] value, IReadOnlyDictionary<string, byte[]> headers, FieldMapping fields)
    {
        using var record = ProducerRecord.Parse(value, headers);
        return (RecordJson.Scalar(record.Find(fields.Id)), RecordJson.Scalar(record.Find(fields.Subject)));
    }

    private bool IsErasedSeal(byte[] value) => SealCodec.KeyIdOf(value) is { } id && _erased.Contains(id);

    private Holding OfSeal(byte[] value)
    {
        if (SealCodec.KeyIdOf(value) is not { } id)
            return Holding.Readable; // marked as sealed, but it is not
        if (_erased.Contains(id))
            return Holding.Erased;
        var found = keys.Find([id]);
        return found.Keys.ContainsKey(id) ? Holding.Since : found.Erased.Contains(id) ? Holding.Erased : Holding.KeyNotHere;
    }

    /// <summary>What holds no more of a subject than its name, or the pseudonym in its place.</summary>
    private Holding OfName(string? name) => !IsSubject(name) ? Holding.Nothing : Pseudonym.Is(name!) ? Holding.NoText : Holding.Readable;

    private static string? Name(byte[]? key) => key is null ? null : Encoding.UTF8.GetString(key);

    /// <summary>Whatever a record's bytes make the reader throw.</summary>
    private static bool IsMalformed(Exception e) => RecordErrors.MayBeCausedByRecord(e);

    private bool IsSubject(string? subject)
    {
        if (subject is null)
            return false;
        if (subject != _last.Subject)
            _last = (subject, keys.Digest(subject) == digest);
        return _last.Is;
    }

    private static Holding Strongest(IEnumerable<Holding> holdings) => holdings.DefaultIfEmpty(Holding.Nothing).Max();
}
