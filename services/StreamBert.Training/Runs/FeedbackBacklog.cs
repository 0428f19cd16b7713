using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>
/// Holds the batches of the feedback topic that are read and not committed. They stay uncommitted until a run has used them, so that they
/// are read again after a crash. Not thread-safe.
/// </summary>
internal sealed class FeedbackBacklog(BacklogBatchReader reader)
{
    private readonly List<BacklogBatch> _batches = [];

    /// <summary>The feedback and requests of committed batches on models that had no part in that commit.</summary>
    private readonly Dictionary<string, long> _committedFeedback = [];
    private readonly HashSet<string> _committedRequests = [];

    /// <summary>The number of batches that are not committed.</summary>
    public int BatchCount => _batches.Count;

    /// <summary>The number of leading batches without feedback or requests, which need not wait for a run.</summary>
    public int LeadingBatchesWithoutWork => _batches.TakeWhile(static batch => batch.IsWithoutWork).Count();

    /// <summary>The rollback requests that are not handled yet.</summary>
    public IReadOnlyList<RollbackRequested> Rollbacks => [.. _batches.SelectMany(static batch => batch.Rollbacks)];

    /// <returns>
    /// False if the batch was read under a new assignment: then the earlier batches are discarded, since they are delivered again or belong
    /// to another reader.
    /// </returns>
    public bool Add(ReadBatch source)
    {
        var isSameAssignment = _batches.Count == 0 || _batches[^1].Source.Generation == source.Generation;
        if (!isSameAssignment)
            _batches.Clear();
        var batch = reader.Read(source);
        _batches.Add(batch);
        foreach (var model in batch.FeedbackByModel.Keys)
            TrainingMetrics.PendingFeedback.Record(PendingFeedback(model), new KeyValuePair<string, object?>("model", model));
        return isSameAssignment;
    }

    /// <summary>Discards all batches; they are delivered again or belong to another reader.</summary>
    public void Clear() => _batches.Clear();

    /// <summary>Returns the number of feedback records on a model since its last run.</summary>
    public long PendingFeedback(string model) =>
        _committedFeedback.GetValueOrDefault(model) + _batches.Sum(batch => batch.FeedbackByModel.GetValueOrDefault(model));

    /// <summary>
    /// Returns the models that have <paramref name="minimum"/> pending feedback records, or for which a run is requested.
    /// </summary>
    public IReadOnlyList<string> DueModels(int minimum)
    {
        var requested = _committedRequests.Concat(_batches.SelectMany(static batch => batch.RequestedModels));
        var known = _committedFeedback.Keys.Concat(_batches.SelectMany(static batch => batch.FeedbackByModel.Keys));
        return [.. known.Where(model => PendingFeedback(model) >= minimum).Concat(requested).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Returns the number of leading batches with all their records before these offsets.</summary>
    public int CountBatchesBefore(IReadOnlyDictionary<int, long> ends) => _batches
        .TakeWhile(batch => batch.Source.Records.All(record => record.Position.Offset < ends.GetValueOrDefault(record.Position.Partition)))
        .Count();

    /// <summary>Joins the first batches into one, to be committed in one step with their dead letters.</summary>
    public (ReadBatch Batch, IReadOnlyList<NewRecord> DeadLetters) JoinFirst(int count) =>
        (ReadBatch.Join([.. _batches.Take(count).Select(static batch => batch.Source)]),
            [.. _batches.Take(count).SelectMany(static batch => batch.DeadLetters)]);

    /// <summary>Removes the first batches after their commit, and the pending feedback and requests of the trained models.</summary>
    public void MarkCommitted(int count, IReadOnlyCollection<string> trainedModels)
    {
        foreach (var batch in _batches.Take(count))
        {
            foreach (var (model, feedback) in batch.FeedbackByModel)
                _committedFeedback[model] = _committedFeedback.GetValueOrDefault(model) + feedback;
            _committedRequests.UnionWith(batch.RequestedModels);
        }
        _batches.RemoveRange(0, count);
        _committedRequests.ExceptWith(trainedModels);
        foreach (var model in trainedModels)
            _committedFeedback.Remove(model);
    }
}
