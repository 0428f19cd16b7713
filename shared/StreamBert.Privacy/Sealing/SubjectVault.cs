using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Privacy.Sealing;

/// <summary>Whether a sealed text can be read.</summary>
public enum SealState
{
    /// <summary>It was not sealed, or is open now.</summary>
    Readable,

    /// <summary>Its subject was erased: nobody can read it any more.</summary>
    Erased,

    /// <summary>The key is not in this <c>Privacy:Directory</c>, or the bytes were changed.</summary>
    Unreadable,
}

/// <summary>A record after the attempt to open its seal.</summary>
/// <param name="Record">With the value that was sealed, or as it was.</param>
/// <param name="Key">The key it was sealed with.</param>
public sealed record OpenedRecord(LogRecord Record, SubjectKey? Key, SealState State);

/// <summary>
/// Seals the texts of subjects before they are stored, and opens them where they are used or shown. Keys are looked up for a whole batch,
/// in one
/// transaction, and forgotten with it.
/// </summary>
public sealed class SubjectVault(SubjectKeys keys)
{
    private const int BatchRecords = 256;
    private static readonly byte[] Mark = "v1"u8.ToArray();

    public static bool IsSealed(LogRecord record) => record.Headers.ContainsKey(RecordHeaders.Sealed);

    /// <summary>A key for each subject, old or new.</summary>
    public IReadOnlyDictionary<string, SubjectKey> GetOrCreateKeys(IEnumerable<string?> subjects) =>
        subjects.OfType<string>().Distinct().ToList() is { Count: > 0 } some ? keys.GetOrCreate(some) : new Dictionary<string, SubjectKey>();

    /// <summary>The records of a pipeline that seals, each with its subject's key; those without a subject stay as they are.</summary>
    public IReadOnlyList<NewRecord> Seal(IReadOnlyList<(PipelineOptions Pipeline, string? Subject, NewRecord Record)> records)
    {
        var known = GetOrCreateKeys(records.Where(static r => r.Pipeline.Privacy.PerSubjectKeys).Select(static r => r.Subject));
        return [.. records.Select(
            r => r.Pipeline.Privacy.PerSubjectKeys && r.Subject is { } subject ? Seal(r.Record, known[subject]) : r.Record)];
    }

    /// <summary>A record whose value only the key can read. Its key and headers stay readable.</summary>
    public static NewRecord Seal(NewRecord record, SubjectKey key) => record with
    {
        Value = record.Value is { } value ? SealCodec.Seal(key, value, record.Key) : null,
        Headers = new Dictionary<string, byte[]>(record.Headers) { [RecordHeaders.Sealed] = Mark },
    };

    public IReadOnlyList<OpenedRecord> Open(IReadOnlyList<LogRecord> records)
    {
        if (!records.Any(IsSealed))
            return [.. records.Select(static record => new OpenedRecord(record, null, SealState.Readable))];
        var lookup = Lookup(records.Where(IsSealed).Select(static record => record.Value));
        return [.. records.Select(record => Open(record, lookup))];
    }

    /// <summary>Opens what a topic yields, as it comes, in batches.</summary>
    public async IAsyncEnumerable<OpenedRecord> OpenAsync(
        IAsyncEnumerable<LogRecord> records,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in records.Chunk(BatchRecords).WithCancellation(cancellation))
        {
            foreach (var opened in Open(batch))
                yield return opened;
        }
    }

    public OpenedRecord Open(LogRecord record) => Open([record])[0];

    /// <summary>
    /// A prediction whose text, entities and explanations, and what its producer said beside the text, only the key can read, and without
    /// its embedding, which tells of the text; its labels stay
    /// readable.
    /// </summary>
    internal static TextClassified Seal(TextClassified prediction, SubjectKey key)
    {
        var words = new SealedWords(
            prediction.Text, prediction.Entities?.Select(static entity => entity.Text).ToList(),
            prediction.Explanations?.Select(static explanation => explanation.Words.Select(static word => word.Text).ToList()).ToList())
        {
            Subject = prediction.Subject,
            Source = prediction.Source,
            Attributes = prediction.Attributes.Count == 0 ? null : prediction.Attributes.ToDictionary(),
            Notes = prediction.Notes,
        };
        return Bare(prediction) with
        {
            Sealed = SealCodec.Seal(
                key,
                JsonSerializer.SerializeToUtf8Bytes(words, SealedWordsContext.Default.SealedWords),
                Encoding.UTF8.GetBytes(prediction.Id)),
        };
    }

    /// <summary>Predictions as they are shown: with their texts where the subject's key is there.</summary>
    public IReadOnlyList<TextClassified> Open(IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.All(static prediction => prediction.Sealed is null))
            return predictions;
        var lookup = Lookup(predictions.Select(static prediction => prediction.Sealed));
        return [.. predictions.Select(prediction => Open(prediction, lookup))];
    }

    /// <summary>Opens a prediction, if its subject's key is there.</summary>
    public TextClassified Open(TextClassified prediction) => Open([prediction])[0];

    /// <summary>Opens a page of predictions that the state store returned sealed.</summary>
    public StatePage<TextClassified> Open(StatePage<TextClassified> page) => new(Open((IReadOnlyList<TextClassified>)page), page.Next);

    /// <summary>Opens the examples of a page of alerts that the state store returned sealed.</summary>
    public StatePage<AlertView> Open(StatePage<AlertView> page) =>
        new([.. page.Zip(Open([.. page.Select(static alert => alert.Raised)]), static (alert, raised) => alert with { Raised = raised })], page.Next);

    /// <summary>Alerts as they are shown: their examples with texts where the subject's key is there.</summary>
    public IReadOnlyList<AlertRaised> Open(IReadOnlyList<AlertRaised> alerts)
    {
        if (alerts.All(static alert => alert.Examples.All(static example => example.Sealed is null)))
            return alerts;
        var lookup = Lookup(alerts.SelectMany(static alert => alert.Examples).Select(static example => example.Sealed));
        return [.. alerts.Select(alert => alert with { Examples = [.. alert.Examples.Select(example => Open(example, lookup))] })];
    }

    private KeyLookup Lookup(IEnumerable<byte[]?> seals) =>
        keys.Find([.. seals.Where(static seal => seal is not null).Select(static seal => SealCodec.KeyIdOf(seal)).OfType<Guid>().Distinct()]);

    private static OpenedRecord Open(LogRecord record, KeyLookup lookup)
    {
        if (!IsSealed(record) || record.Value is null)
            return new(record, null, SealState.Readable);
        var (plain, key, state) = Open(record.Value, record.Key, lookup);
        return new(plain is null ? record : record with
        {
            Value = plain,
            Headers = record.Headers
            .Where(static h => h.Key != RecordHeaders.Sealed)
            .ToDictionary()
        }, key, state);
    }

    private static (byte[]? Plain, SubjectKey? Key, SealState State) Open(byte[] sealedBytes, byte[]? associated, KeyLookup lookup)
    {
        if (SealCodec.KeyIdOf(sealedBytes) is not { } id)
            return (null, null, SealState.Unreadable);
        if (!lookup.Keys.TryGetValue(id, out var key))
            return (null, null, lookup.Erased.Contains(id) ? SealState.Erased : SealState.Unreadable);
        return SealCodec.Open(key, sealedBytes, associated) is { } plain
            ? (plain, key, SealState.Readable)
            : (null, null, SealState.Unreadable);
    }

    private static TextClassified Open(TextClassified prediction, KeyLookup lookup)
    {
        if (prediction.Sealed is not { } sealedBytes)
            return prediction;
        var (plain, _, state) = Open(sealedBytes, Encoding.UTF8.GetBytes(prediction.Id), lookup);
        if (plain is null)
            return state == SealState.Erased ? prediction with { Sealed = null, Erased = true } : prediction;
        return Parse(plain) is { } words ? Opened(prediction, words) : prediction;
    }

    /// <summary>Null if what was sealed is not what a prediction seals.</summary>
    private static SealedWords? Parse(byte[] plain)
    {
        try
        {
            return JsonSerializer.Deserialize(plain, SealedWordsContext.Default.SealedWords);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Entities and explanations that the sealed words do not fit show no words.</summary>
    private static TextClassified Opened(TextClassified prediction, SealedWords words)
    {
        return prediction with
        {
            Sealed = null,
            Text = words.Text,
            Subject = words.Subject ?? prediction.Subject,
            Source = words.Source ?? prediction.Source,
            Attributes = words.Attributes ?? prediction.Attributes,
            Notes = words.Notes ?? prediction.Notes,
            Entities = prediction.Entities?.Select((entity, at) => entity with { Text = words.Entities?.ElementAtOrDefault(at) }).ToList(),
            Explanations = prediction.Explanations?.Select((explanation, at) => explanation with
            {
                Words = [.. explanation.Words
                    .Select((word, place) => word with { Text = words.Explanations?.ElementAtOrDefault(at)?.ElementAtOrDefault(place) })],
            }).ToList(),
        };
    }

    private static AlertExample Open(AlertExample example, KeyLookup lookup)
    {
        if (example.Sealed is not { } sealedBytes)
            return example;
        var (plain, _, state) = Open(sealedBytes, Encoding.UTF8.GetBytes(example.Id), lookup);
        return plain is null
            ? state == SealState.Erased ? example with { Sealed = null, Erased = true } : example
            : example with { Sealed = null, Text = Parse(plain)?.Text };
    }

    private static TextClassified Bare(TextClassified prediction) => prediction with
    {
        Text = null,
        Subject = null,
        Source = null,
        Attributes = new Dictionary<string, string>(),
        Notes = null,
        Embedding = null,
        Entities = prediction.Entities?.Select(static entity => entity with { Text = null }).ToList(),
        Explanations = prediction.Explanations?.Select(static explanation => explanation.WithoutText()).ToList(),
    };
}

/// <summary>The words of a prediction, as they are sealed.</summary>
/// <param name="Text">Null in a pipeline that keeps no texts.</param>
internal sealed record SealedWords(string? Text, IReadOnlyList<string?>? Entities, IReadOnlyList<List<string?>>? Explanations)
{
    // What the producer said beside the text; null in what an earlier version sealed.
    public string? Subject { get; init; }
    public string? Source { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
    public IReadOnlyList<string>? Notes { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SealedWords))]
internal sealed partial class SealedWordsContext : JsonSerializerContext;
