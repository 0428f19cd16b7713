using Microsoft.Extensions.Logging;
using StreamBert.Inference.Outputs;
using StreamBert.Inference.Progress;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Consuming;

/// <summary>Commits reads in their order; each commit is one atomic step of outputs and offsets.</summary>
internal sealed class CommitLoop(
    string group, OutputBuilder outputs, ProgressReporter? progress, FailedReadIsolation isolation, TimeSpan retryDelay,
    TimeProvider time, ILogger logger)
{
    /// <summary>Commits the reads of the queue until it is complete or the loop is cancelled.</summary>
    public async Task RunAsync(IGroupReader reader, ReadQueue reads, CancellationToken cancellation)
    {
        var revokedGeneration = int.MinValue;
        await foreach (var read in reads.ReadAllAsync(cancellation))
        {
            using var current = read;
            InferenceMetrics.InFlightRecords.Add(-read.Batch.Records.Count);
            if (read.Batch.Source.Generation > revokedGeneration && !await TryCommitAsync(reader, read, cancellation))
                revokedGeneration = read.Batch.Source.Generation;
            reads.OnCompleted();
        }
    }

    /// <returns>False if the batch was revoked from this reader; it is then delivered again, here or to another worker.</returns>
    private async Task<bool> TryCommitAsync(IGroupReader reader, UncommittedRead read, CancellationToken cancellation)
    {
        try
        {
            await isolation.RunAsync(read.Batch.Source, () => CommitAsync(reader, read, cancellation));
            isolation.OnCommitted(read.Batch.Source);
            progress?.OnCommitted();
            InferenceMetrics.Commits.Add(read.Batch.Records.Count > 0 ? 1 : 0);
            return true;
        }
        catch (BatchRevokedException e)
        {
            await HandleRevocationAsync(e, cancellation);
            return false;
        }
    }

    /// <returns>False if there was nothing to commit.</returns>
    private async Task<bool> CommitAsync(IGroupReader reader, UncommittedRead read, CancellationToken cancellation)
    {
        if (await BuildRecordsAsync(read, cancellation) is not { Count: > 0 } records)
            return false;
        await reader.CommitAsync(read.Batch.Source, records, cancellation);
        return true;
    }

    /// <summary>
    /// Returns the outputs of a batch and the progress it makes; of an empty batch, only progress that is not reported yet.
    /// </summary>
    private async Task<IReadOnlyList<NewRecord>> BuildRecordsAsync(UncommittedRead read, CancellationToken cancellation)
    {
        var built = await outputs.BuildAsync(read.Batch, cancellation);
        IReadOnlyList<NewRecord> records = [.. built.SelectMany(static output => output.Outputs)];
        if (progress is null || read.Ends is not { } ends)
            return records;
        return built.Count == 0
            ? await progress.ReportIdleAsync(ends, cancellation)
            : [.. records, .. await progress.ReportAsync(built, ends, cancellation)];
    }

    /// <summary>
    /// Logs a revocation. A rebalance is normal; after a commit that failed in the log, the loop waits before the next one.
    /// </summary>
    private async Task HandleRevocationAsync(BatchRevokedException error, CancellationToken cancellation)
    {
        logger.Log(
            error.InnerException is null ? LogLevel.Information : LogLevel.Warning,
            "Consumer group {Group} lost its in-flight batches; they will be reprocessed: {Reason}", group, error.Message);
        if (error.InnerException is not null)
            await Task.Delay(retryDelay, time, cancellation);
    }
}
