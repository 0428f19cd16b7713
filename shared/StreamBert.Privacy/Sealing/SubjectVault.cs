using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Privacy.Sealing;

/// <summary>
/// Seals the texts of subjects before they are stored, and opens them where they are used or shown. Keys are looked up for a whole batch in
/// one transaction, and are not cached.
/// </summary>
public sealed class SubjectVault(SubjectKeys keys)
{
    private const int BatchRecords = 256;
    private static readonly byte[] SealVersion = "v1"u8.ToArray();

    /// <summary>Tells whether the value of a record is sealed.</summary>
    public static bool IsSealed(LogRecord record) => record.Headers.ContainsKey(RecordHeaders.Sealed);

    /// <summary>Returns the key of each subject, and creates those that do not exist.</summary>
    public IReadOnlyDictionary<string, SubjectKey> GetOrCreateKeys(IEnumerable<string?> subjects) =>
        subjects.OfType<string>().Distinct().ToList() is { Count: > 0 } named ? keys.GetOrCreate(named)
            : new Dictionary<string, SubjectKey>();

    /// <summary>Returns the ids of all keys that were deleted.</summary>
    public IReadOnlySet<Guid> ListErasedKeys() => keys.FileExists ? keys.ListErased() : new HashSet<Guid>();

    /// <summary>Whether a key of a subject was deleted at a time or later.</summary>
    public bool IsErasedSince(string subject, DateTimeOffset time) => keys.FindErased(keys.Digest(subject)).At >= time;

    /// <summary>
    /// Seals the records of pipelines that seal, each with the key of its subject; records without a subject stay as they are.
    /// </summary>
    public IReadOnlyList<NewRecord> Seal(IReadOnlyList<(PipelineOptions Pipeline, string? Subject, NewRecord Record)> records)
    {
        var known = GetOrCreateKeys(records.Where(static r => r.Pipeline.Privacy.PerSubjectKeys).Select(static r => r.Subject));
        return [.. records.Select(r => r.Pipeline.Privacy.PerSubjectKeys && r.Subject is { } subject ? Seal(r.Record, known[subject])
            : r.Record)];
    }

    /// <summary>Seals the value of a record. Its key and headers stay readable.</summary>
    public static NewRecord Seal(NewRecord record, SubjectKey key) => record with
    {
        Value = record.Value is { } value ? SealCodec.Seal(key, value, record.Key) : null,
        Headers = new Dictionary<string, byte[]>(record.Headers) { [RecordHeaders.Sealed] = SealVersion },
    };

    /// <summary>Opens records.</summary>
    public IReadOnlyList<OpenedRecord> Open(IReadOnlyList<LogRecord> records)
    {
        if (!records.Any(IsSealed))
            return [.. records.Select(static record => new OpenedRecord(record, null, SealState.Readable))];
        var lookup = Find(records.Where(IsSealed).Select(static record => record.Value));
        return [.. records.Select(record => Open(record, lookup))];
    }

    /// <summary>Opens the records of a stream in batches.</summary>
    public async IAsyncEnumerable<OpenedRecord> OpenAsync(
        IAsyncEnumerable<LogRecord> records, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in records.Chunk(BatchRecords).WithCancellation(cancellation))
        {
            foreach (var opened in Open(batch))
                yield return opened;
        }
    }

    /// <summary>Opens a record.</summary>
    public OpenedRecord Open(LogRecord record) => Open([record])[0];

    /// <summary>Opens predictions whose subject's key exists; the others stay sealed, or are marked as erased.</summary>
    public IReadOnlyList<TextClassified> Open(IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.All(static prediction => prediction.Sealed is null))
            return predictions;
        var lookup = Find(predictions.Select(static prediction => prediction.Sealed));
        return [.. predictions.Select(prediction => Open(prediction, lookup))];
    }

    /// <summary>Opens a prediction, if its subject's key exists.</summary>
    public TextClassified Open(TextClassified prediction) => Open([prediction])[0];

    /// <summary>Opens the examples of alerts whose subject's key exists.</summary>
    public IReadOnlyList<AlertRaised> Open(IReadOnlyList<AlertRaised> alerts)
    {
        if (alerts.All(static alert => alert.Examples.All(static example => example.Sealed is null)))
            return alerts;
        var lookup = Find(alerts.SelectMany(static alert => alert.Examples).Select(static example => example.Sealed));
        return [.. alerts.Select(alert => alert with { Examples = [.. alert.Examples.Select(example => Open(example, lookup))] })];
    }

    /// <summary>Opens the changed answers of model versions whose subject's key exists.</summary>
    public IReadOnlyList<ModelVersionView> Open(IReadOnlyList<ModelVersionView> versions)
    {
        var seals = versions.SelectMany(static version => version.Trained?.Changes?.Examples ?? [])
            .Select(static example => example.Sealed).OfType<byte[]>().ToList();
        if (seals.Count == 0)
            return versions;
        var lookup = Find(seals);
        return [.. versions.Select(version => version.Trained is not { Changes: { } changes } trained ? version : version with
        {
            Trained = trained with { Changes = changes with { Examples = [.. changes.Examples.Select(item => Open(item, lookup))] } },
        })];
    }

    /// <summary>Opens a page of predictions that the state store returned sealed.</summary>
    public StatePage<TextClassified> Open(StatePage<TextClassified> page) => new(Open((IReadOnlyList<TextClassified>)page), page.Next);

    /// <summary>Opens the examples of a page of alerts that the state store returned sealed.</summary>
    public StatePage<AlertView> Open(StatePage<AlertView> page) =>
        new([.. page.Zip(Open([.. page.Select(static alert => alert.Raised)]), static (alert, raised) => alert with { Raised = raised })],
            page.Next);

    private KeyLookup Find(IEnumerable<byte[]?> seals) =>
        keys.Find([.. seals.Where(static seal => seal is not null).Select(static seal => SealCodec.KeyIdOf(seal)).OfType<Guid>()
            .Distinct()]);

    private static OpenedRecord Open(LogRecord record, KeyLookup lookup)
    {
        if (!IsSealed(record) || record.Value is null)
            return new(record, null, SealState.Readable);
        var (plain, key, state) = Open(record.Value, record.Key, lookup);
        var headers = record.Headers.Where(static header => header.Key != RecordHeaders.Sealed);
        return new(plain is null ? record : record with { Value = plain, Headers = headers.ToDictionary() }, key, state);
    }

    private static (byte[]? Plain, SubjectKey? Key, SealState State) Open(byte[] seal, byte[]? associatedData, KeyLookup lookup)
    {
        if (SealCodec.KeyIdOf(seal) is not { } id)
            return (null, null, SealState.Unreadable);
        if (!lookup.Keys.TryGetValue(id, out var key))
            return (null, null, lookup.Erased.Contains(id) ? SealState.Erased : SealState.Unreadable);
        return SealCodec.Open(key, seal, associatedData) is { } plain
            ? (plain, key, SealState.Readable)
            : (null, null, SealState.Unreadable);
    }

    private static TextClassified Open(TextClassified prediction, KeyLookup lookup)
    {
        if (prediction.Sealed is not { } seal)
            return prediction;
        var (plain, _, state) = Open(seal, PredictionSeal.AssociatedData(prediction.Id), lookup);
        if (plain is null)
            return state == SealState.Erased ? prediction with { Sealed = null, Erased = true } : prediction;
        return SealedFields.Parse(plain) is { } fields ? PredictionSeal.Restore(prediction, fields) : prediction;
    }

    private static AlertExample Open(AlertExample example, KeyLookup lookup) => OpenText(example.Sealed, example.Id, lookup) switch
    {
        (_, true) => example with { Sealed = null, Erased = true },
        ({ } fields, _) => example with { Sealed = null, Text = fields.Text },
        _ => example,
    };

    private static ChangedAnswer Open(ChangedAnswer answer, KeyLookup lookup) => OpenText(answer.Sealed, answer.Id, lookup) switch
    {
        (_, true) => answer with { Sealed = null, Erased = true },
        ({ } fields, _) => answer with { Sealed = null, Text = fields.Text },
        _ => answer,
    };

    /// <summary>Opens what a prediction has sealed; returns whether its subject was erased.</summary>
    private static (SealedFields? Fields, bool IsErased) OpenText(byte[]? seal, string id, KeyLookup lookup)
    {
        if (seal is null)
            return (null, false);
        var (plain, _, state) = Open(seal, PredictionSeal.AssociatedData(id), lookup);
        return (plain is null ? null : SealedFields.Parse(plain), state == SealState.Erased);
    }
}
