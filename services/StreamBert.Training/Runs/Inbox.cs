using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>
/// What was read of the feedback topic and not yet committed. It stays uncommitted until something comes of it, so a killed trainer
/// reads it again. Used by one thread of control at a time.
/// </summary>
public sealed class Inbox(
    PipelineCatalog pipelines,
    PrivacyFilter guard,
    SubjectVault vault,
    TrainingMetrics metrics,
    UnusableRecords faults,
    TimeProvider time,
    ILogger<Inbox> logger)
{
    private readonly List<Entry> _entries = [];

    /// <summary>Of batches that are committed: verdicts and requests for models that had no part in what was committed.</summary>
    private readonly Dictionary<string, long> _carriedVerdicts = [];
    private readonly HashSet<string> _carriedRequests = [];

    /// <summary>Batches read and not committed.</summary>
    public int Count => _entries.Count;

    /// <summary>Rollbacks asked for and not yet answered.</summary>
    public IReadOnlyList<RollbackRequested> Rollbacks => [.. _entries.SelectMany(static e => e.Rollbacks)];

    /// <returns>False if the batch was read under a new assignment: then all earlier ones are dropped, for they come again or went to
    /// another reader.</returns>
    public bool Add(ReadBatch batch)
    {
        var continues = _entries.Count == 0 || _entries[^1].Batch.Generation == batch.Generation;
        if (!continues)
            _entries.Clear();
        var entry = new Entry(batch);
        foreach (var ((record, _, state), stored) in vault.Open(batch.Records).Zip(batch.Records))
        {
            if (state == SealState.Readable || record.Damage is not null)
                Sort(record, stored, entry);
        }

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

    /// <summary>How many of the first batches hold nothing that anything could come of: they need not wait for a run.</summary>
    public int CountIdle
        => _entries.TakeWhile(static e => e.Verdicts.Count == 0 && e.Requests.Count == 0 && e.Rollbacks.Count == 0).Count();

    /// <summary>The first batches as one, to be committed in one step, and the dead letters that belong to them.</summary>
    public (ReadBatch Batch, IReadOnlyList<NewRecord> DeadLetters) First(int count) =>
        (ReadBatch.Join([.. _entries.Take(count).Select(static e => e.Batch)]), [.. _entries.Take(count)
            .SelectMany(static e => e.DeadLetters)]);

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

    /// <param name="stored">The record as the log has it: what is sealed there is sealed in a dead letter too.</param>
    private void Sort(LogRecord record, LogRecord stored, Entry entry)
    {
        if (Read(record, entry) is not { } fault)
            return;
        faults.Report("training", record.Position, fault, "It goes to the dead letters; the feedback behind it is learned from.");
        entry.DeadLetters.Add(DeadLetterFactory.Create(stored, fault, guard, pipelines.Limits, time.GetUtcNow()));
    }

    /// <returns>What is wrong with a record that is neither feedback nor a request.</returns>
    private RecordFault? Read(LogRecord record, Entry entry)
    {
        if ((RecordFault.OfDamage(record) ?? Fault(pipelines.Limits.ValidateRecordSize(record.Bytes))) is { } fault)
            return fault;
        if (record.IsEvent<TrainingRequested>())
            return Take<TrainingRequested>(record, pipelines.Limits.Validate, request => entry.Requests.Add(request.Model));
        if (record.IsEvent<RollbackRequested>())
            return Take<RollbackRequested>(record, pipelines.Limits.Validate, entry.Rollbacks.Add);
        return record.IsEvent<FeedbackReceived>()
            ? Take<FeedbackReceived>(record, pipelines.FaultOf, feedback => CountVerdict(feedback, entry))
            : RecordFault.InvalidEvent("its type header names no event of this topic");
    }

    private RecordFault? Take<T>(LogRecord record, Func<T, LimitFault?> judge, Action<T> take)
        where T : class
    {
        if ((EventReader.Read<T>(record, out var read, time.GetUtcNow()) ?? Fault(judge(read))) is { } fault)
            return fault;
        take(read);
        return null;
    }

    private static RecordFault? Fault(LimitFault? fault) => fault is null ? null : new(fault.Code, fault.Detail);

    private void CountVerdict(FeedbackReceived feedback, Entry entry)
    {
        metrics.Verdicts.Add(1, new KeyValuePair<string, object?>("pipeline", feedback.Pipeline));
        if (pipelines.Find(feedback.Pipeline)?.Model is { } model)
        {
            entry.Verdicts[model] = entry.Verdicts.GetValueOrDefault(model) + 1;
        }
        else
        {
            logger.LogWarning("The verdict on id {Id} names the pipeline '{Pipeline}', which is not configured here; it is kept and not learned from ({Reason})",
                guard.Pseudonymize(null, feedback.Id), guard.RedactText(null, feedback.Pipeline), SetAside.UnknownPipeline);
        }
    }

    private sealed record Entry(ReadBatch Batch)
    {
        public Dictionary<string, long> Verdicts { get; } = [];
        public List<string> Requests { get; } = [];
        public List<RollbackRequested> Rollbacks { get; } = [];
        public List<NewRecord> DeadLetters { get; } = [];
    }
}
