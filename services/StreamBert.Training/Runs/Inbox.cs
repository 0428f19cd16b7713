using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Privacy;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>
/// What was read of the feedback topic and not yet committed. It stays uncommitted until something comes of it, so a killed trainer
/// reads it again. Used by one thread of control at a time.
/// </summary>
public sealed class Inbox(PipelineCatalog pipelines, TextGuard guard, SubjectVault vault, TrainingMetrics metrics, TimeProvider time, ILogger<Inbox> logger)
{
    private readonly List<Entry> _entries = [];

    /// <summary>Of batches that are committed: verdicts and requests for models that had no part in what was committed.</summary>
    private readonly Dictionary<string, long> _carriedVerdicts = [];
    private readonly HashSet<string> _carriedRequests = [];

    /// <summary>Batches read and not committed.</summary>
    public int Count => _entries.Count;

    /// <summary>Rollbacks asked for and not yet answered.</summary>
    public IReadOnlyList<RollbackRequested> Rollbacks => [.. _entries.SelectMany(static e => e.Rollbacks)];

    /// <returns>False if the batch was read under a new assignment: then all earlier ones are dropped, for they come again or went to another reader.</returns>
    public bool Add(ReadBatch batch)
    {
        var continues = _entries.Count == 0 || _entries[^1].Batch.Generation == batch.Generation;
        if (!continues)
            _entries.Clear();
        var entry = new Entry(batch);
        foreach (var (record, _, state) in vault.Open(batch.Records))
            if (state == SealState.Readable)
                Sort(record, entry);
        _entries.Add(entry);
        foreach (var model in entry.Verdicts.Keys)
            metrics.Waiting.Record(Waiting(model), new KeyValuePair<string, object?>("model", model));
        return continues;
    }

    /// <summary>Drops what was read; it will be delivered again or belongs to another reader.</summary>
    public void Clear() => _entries.Clear();

    /// <summary>New verdicts on a model since it last had a run.</summary>
    public long Waiting(string model) =>
        _carriedVerdicts.GetValueOrDefault(model) + _entries.Sum(e => e.Verdicts.GetValueOrDefault(model));

    /// <summary>The models that have <paramref name="minimum"/> new verdicts, or for which a run was asked.</summary>
    public IReadOnlyList<string> Due(int minimum)
    {
        var requested = _carriedRequests.Concat(_entries.SelectMany(static e => e.Requests));
        var known = _carriedVerdicts.Keys.Concat(_entries.SelectMany(static e => e.Verdicts.Keys));
        return [.. known.Where(model => Waiting(model) >= minimum).Concat(requested).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>How many of the first batches lie wholly before these offsets.</summary>
    public int CountBefore(IReadOnlyDictionary<int, long> ends) => _entries
        .TakeWhile(entry => entry.Batch.Records.All(record => record.Position.Offset < ends.GetValueOrDefault(record.Position.Partition)))
        .Count();

    /// <summary>The first batches as one, to be committed in one step, and the dead letters that belong to them.</summary>
    public (ReadBatch Batch, IReadOnlyList<NewRecord> DeadLetters) First(int count) =>
        (ReadBatch.Join([.. _entries.Take(count).Select(static e => e.Batch)]), [.. _entries.Take(count).SelectMany(static e => e.DeadLetters)]);

    /// <summary>The first batches are committed; the models in <paramref name="trained"/> have had their run.</summary>
    public void Committed(int count, IReadOnlyCollection<string> trained)
    {
        foreach (var entry in _entries.Take(count))
        {
            foreach (var (model, verdicts) in entry.Verdicts)
                _carriedVerdicts[model] = _carriedVerdicts.GetValueOrDefault(model) + verdicts;
            _carriedRequests.UnionWith(entry.Requests);
        }
        _entries.RemoveRange(0, count);
        _carriedRequests.ExceptWith(trained);
        foreach (var model in trained)
            _carriedVerdicts.Remove(model);
    }

    private void Sort(LogRecord record, Entry entry)
    {
        try
        {
            if (pipelines.Limits.RecordFault(record.Bytes) is { } tooLarge)
                Refuse(record, entry, tooLarge.Code, tooLarge.Detail);
            else if (record.IsEvent<TrainingRequested>())
                Take(Wire.Deserialize<TrainingRequested>(record.Value), pipelines.Limits.Fault, request => entry.Requests.Add(request.Model), record, entry);
            else if (record.IsEvent<RollbackRequested>())
                Take(Wire.Deserialize<RollbackRequested>(record.Value), pipelines.Limits.Fault, entry.Rollbacks.Add, record, entry);
            else if (record.IsEvent<FeedbackReceived>())
                Take(Wire.Deserialize<FeedbackReceived>(record.Value), pipelines.FaultOf, feedback => CountVerdict(feedback, entry), record, entry);
            else
                throw new JsonException("No event of that type belongs on this topic.");
        }
        catch (JsonException e)
        {
            Refuse(record, entry, record.Value is null ? "null-value" : "not-json", "A verdict, a training request or a rollback request in JSON was expected.", e);
        }
    }

    private void Take<T>(T read, Func<T, LimitFault?> judge, Action<T> take, LogRecord record, Entry entry)
    {
        if (judge(read) is { } fault)
            Refuse(record, entry, fault.Code, fault.Detail);
        else
            take(read);
    }

    private void CountVerdict(FeedbackReceived feedback, Entry entry)
    {
        metrics.Verdicts.Add(1, new KeyValuePair<string, object?>("pipeline", feedback.Pipeline));
        if (pipelines.Find(feedback.Pipeline)?.Model is { } model)
            entry.Verdicts[model] = entry.Verdicts.GetValueOrDefault(model) + 1;
        else
            logger.LogWarning("The verdict on id {Id} names the pipeline '{Pipeline}', which is not configured here; it is kept and not learned from ({Reason})",
                feedback.Id, feedback.Pipeline, SetAside.UnknownPipeline);
    }

    private void Refuse(LogRecord record, Entry entry, string reason, string detail, JsonException? error = null)
    {
        logger.LogWarning("The record at {Position} is no feedback and goes to {Topic}: {Reason}", record.Position, Topics.DeadLetter, error?.Message ?? detail);
        entry.DeadLetters.Add(DeadLetter(record, reason, detail, error));
    }

    private NewRecord DeadLetter(LogRecord record, string reason, string detail, JsonException? error)
    {
        var (topic, partition, offset) = record.Position;
        var letter = new DeadLettered
        {
            Origin = new(topic, partition, offset),
            Reason = reason,
            Detail = detail,
            ErrorType = error?.GetType().Name,
            FailedAt = time.GetUtcNow(),
            Key = record.Key,
            Value = guard.Redact(null, record.Value),
            Headers = record.Headers,
            Timestamp = record.Timestamp,
        }.Within(pipelines.Limits);
        return Records.Of(Topics.DeadLetter, $"{topic}/{partition}/{offset}", letter, record.Timestamp);
    }

    private sealed record Entry(ReadBatch Batch)
    {
        public Dictionary<string, long> Verdicts { get; } = [];
        public List<string> Requests { get; } = [];
        public List<RollbackRequested> Rollbacks { get; } = [];
        public List<NewRecord> DeadLetters { get; } = [];
    }
}
