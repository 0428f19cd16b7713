using StreamBert.Inference.Progress;
using StreamBert.Inference.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Consuming;

/// <summary>Reads and admits batches ahead of their commits.</summary>
/// <param name="readSize">The maximum number of records of a read.</param>
internal sealed class ReadLoop(
    RecordAdmission admission, ProgressReporter? progress, FailedReadIsolation isolation, InferenceOptions options, int readSize,
    TimeProvider time)
{
    /// <summary>The time without records after which an idle reader is checked and its progress may be reported.</summary>
    private static readonly TimeSpan IdleCheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>Reads into the queue until cancelled.</summary>
    public async Task RunAsync(IGroupReader reader, ReadQueue reads, CancellationToken cancellation)
    {
        try
        {
            // Capacity first: an admitted read can then be queued in any case.
            while (await reads.WaitForCapacityAsync(cancellation))
            {
                var batch = await ReadAsync(reader, reads, cancellation);
                var admitted = await isolation.RunAsync(batch, () => admission.AdmitAsync(batch, isolation.FaultOf, cancellation));
                reads.Add(new(admitted, progress?.ReadEndsAsync()));
            }
        }
        finally
        {
            reads.Complete();
        }
    }

    /// <summary>
    /// Returns the next batch. While there is none and nothing is uncommitted, empty batches are queued, which commit only the progress of
    /// the idle partitions.
    /// </summary>
    private async Task<ReadBatch> ReadAsync(IGroupReader reader, ReadQueue reads, CancellationToken cancellation)
    {
        var read = reader.ReadAsync(isolation.NextReadSize(readSize), cancellation, options.ReadBytes);
        while (progress is not null && !await CompletesWithinIntervalAsync(read, cancellation))
        {
            if (reads.HasUncommitted)
                continue;
            reads.Add(new(InFlightBatch.Empty(reader.Generation), progress.ReadEndsAsync()));
            await reads.WaitForCapacityAsync(cancellation);
        }
        return await read;
    }

    private async Task<bool> CompletesWithinIntervalAsync(Task read, CancellationToken cancellation)
    {
        using var delay = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(read, Task.Delay(IdleCheckInterval, time, delay.Token));
        await delay.CancelAsync();
        return read.IsCompleted;
    }
}
