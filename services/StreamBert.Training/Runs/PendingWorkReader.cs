using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Runs;

/// <summary>
/// Restores the pending work of a trainer that starts: the feedback and the requests that are committed and that no run has used.
/// </summary>
internal sealed class PendingWorkReader(
    IEventLog log, BacklogBatchReader reader, FeedbackChecker checker, ModelHistories histories, PipelineCatalog pipelines,
    PendingWork pending)
{
    private const int BatchSize = 500;

    public async Task RestoreAsync(CancellationToken cancellation)
    {
        pending.Clear();
        await histories.RefreshAsync(cancellation);
        var committed = (await log.LagAsync(ConsumerGroups.Training, [Topics.Feedback], cancellation))
            .ToDictionary(static lag => lag.Partition, static lag => lag.Committed);
        var records = log.ReadToEndAsync(Topics.Feedback, FindStart([.. committed.Keys]), cancellation)
            .Where(record => record.Position.Offset < committed.GetValueOrDefault(record.Position.Partition));
        await foreach (var batch in records.Chunk(BatchSize).WithCancellation(cancellation))
            await RestoreAsync(reader.Read(new(0, batch)), cancellation);
    }

    /// <summary>Returns the offsets from which some model has used no feedback.</summary>
    private Dictionary<int, long> FindStart(IReadOnlyList<int> partitions)
    {
        var ends = pipelines.Classified.Select(static pipeline => pipeline.Model).Distinct()
            .Select(model => histories.Get(model).FeedbackEnds).ToList();
        return partitions.ToDictionary(
            static partition => partition, partition => ends.Select(used => used.ElementAtOrDefault(partition)).DefaultIfEmpty().Min());
    }

    private async Task RestoreAsync(BacklogBatch batch, CancellationToken cancellation)
    {
        var checks = await checker.CheckAsync([.. batch.Feedback.Select(static item => item.Feedback)], null, cancellation);
        foreach (var ((stored, feedback), check) in batch.Feedback.Zip(checks))
        {
            if (check is { Model: { } model, Fault: null, IsWithoutPrediction: false } && IsUnused(model, stored.Position))
                pending.AddFeedback(model, feedback, stored.Position);
        }
        foreach (var (stored, withdrawal) in batch.Withdrawals)
            pending.Withdraw(withdrawal, stored.Position);
        foreach (var (stored, request) in batch.Requests)
        {
            if (request is TrainingRequested && IsUnused(request.Model, stored.Position))
                pending.AddRequest(request.Model, stored.Position, request.By);
        }
    }

    private bool IsUnused(string model, RecordPosition position)
    {
        var history = histories.Get(model);
        return position.Offset >= history.FeedbackEnds.ElementAtOrDefault(position.Partition)
            && !history.DecidedRequests.ContainsKey(position);
    }
}
