using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamBert.Inference.Progress;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Inference.Working;

/// <summary>
/// Carries one consumer group from its topics to the predictions: reads run ahead, commits follow in the order of the reads, each
/// one atomic step of outputs and offsets. After an error it joins again; what was not committed is then read again.
/// </summary>
/// <param name="progress">Reports how far the topics have been processed; null where nobody asks.</param>
/// <param name="readSize">Records that are answered together; null: as many as the options say.</param>
internal sealed class GroupLoop(
    IEventLog log, string group, IReadOnlyCollection<string> topics, Intake intake, Outputs outputs, ProgressReporter? progress,
    InferenceOptions options, Readiness readiness, TimeProvider time, ILogger<GroupLoop> logger, int? readSize = null)
{
    /// <summary>How long nothing comes before the reader is looked at, and the silence may be reported.</summary>
    private static readonly TimeSpan SilenceTick = TimeSpan.FromSeconds(1);

    private readonly ReadIsolation _isolation = new();

    private string Part => $"group {group}";

    /// <summary>Batches read and not yet committed.</summary>
    private int _uncommitted;

    /// <summary>Returns after <paramref name="stopping"/> and a drain of at most <see cref="InferenceOptions.DrainTimeout"/>.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                readiness.Waiting(Part, "joining");
                await using var reader = await log.JoinAsync(group, topics, stopping);
                progress?.Restart();
                reader.AssignmentChanged += change => progress?.AssignmentChanged(change);
                readiness.Ready(Part, $"reads {string.Join(", ", topics)}");
                await PumpAsync(reader, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                readiness.Waiting(Part, e.Message);
                if (e is LogUnavailableException)
                {
                    logger.LogWarning(
                        "Consumer group {Group} waits for the event log and joins again in {Seconds} s: {Reason}",
                        group,
                        options.RetryDelay.TotalSeconds,
                        e.Message);
                }
                else
                {
                    logger.LogError(
                        e,
                        "The group {Group} broke off; nothing is lost, joining again in {Seconds} s",
                        group,
                        options.RetryDelay.TotalSeconds);
                }

                await Task.Delay(options.RetryDelay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Reads until stopped and commits everything read; an error of either side ends both.</summary>
    private async Task PumpAsync(IGroupReader reader, CancellationToken stopping)
    {
        var reads = Channel.CreateBounded<InFlightBatch>(options.ReadsInFlight);
        _uncommitted = 0;
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var draining = new CancellationTokenSource();
        var read = ReadAllAsync(reader, reads.Writer, reading.Token);
        var commit = CommitAllAsync(reader, reads.Reader, draining.Token);
        await Task.WhenAny(read, commit);
        await reading.CancelAsync();
        using var deadline = time.CreateTimer(
            static drain => ((CancellationTokenSource)drain!).Cancel(),
            draining,
            options.DrainTimeout,
            Timeout.InfiniteTimeSpan);
        try
        {
            await Task.WhenAll(read, commit);
        }
        finally
        {
            Abandon(reads.Reader);
        }
    }

    private async Task ReadAllAsync(IGroupReader reader, ChannelWriter<InFlightBatch> reads, CancellationToken cancellation)
    {
        try
        {
            // Room first: what is taken in can then be handed on whatever happens.
            while (await reads.WaitToWriteAsync(cancellation))
            {
                var batch = await ReadAsync(reader, reads, cancellation);
                var inFlight = await OfBatchAsync(batch, () => intake.TakeInAsync(batch, _isolation.FaultOf, cancellation));
                inFlight.Ends = progress?.EndsAsync();
                Write(reads, inFlight);
                InferenceMetrics.InFlight.Add(batch.Records.Count);
            }
        }
        finally
        {
            reads.Complete();
        }
    }

    /// <summary>
    /// The next batch. While there is none and nothing is in flight, an empty one goes through in its place, to be committed with the
    /// progress alone.
    /// </summary>
    private async Task<ReadBatch> ReadAsync(IGroupReader reader, ChannelWriter<InFlightBatch> reads, CancellationToken cancellation)
    {
        var read = reader.ReadAsync(_isolation.ReadSize(readSize ?? options.ReadSize), cancellation, options.ReadBytes);
        while (progress is not null && !await EndsWithinATickAsync(read, cancellation))
        {
            if (Volatile.Read(ref _uncommitted) > 0)
                continue;
            Write(reads, InFlightBatch.OfSilence(reader.Generation, progress.EndsAsync()));
            await reads.WaitToWriteAsync(cancellation);
        }
        return await read;
    }

    private void Write(ChannelWriter<InFlightBatch> reads, InFlightBatch batch)
    {
        Interlocked.Increment(ref _uncommitted);
        reads.TryWrite(batch);
    }

    private async Task<bool> EndsWithinATickAsync(Task read, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(read, Task.Delay(SilenceTick, time, over.Token));
        await over.CancelAsync();
        return read.IsCompleted;
    }

    private async Task CommitAllAsync(IGroupReader reader, ChannelReader<InFlightBatch> reads, CancellationToken cancellation)
    {
        var revoked = int.MinValue;
        await foreach (var inFlight in reads.ReadAllAsync(cancellation))
        {
            using var over = inFlight;
            InferenceMetrics.InFlight.Add(-inFlight.Records.Count);
            if (inFlight.Batch.Generation > revoked && !await TryCommitAsync(reader, inFlight, cancellation))
                revoked = inFlight.Batch.Generation;
            Interlocked.Decrement(ref _uncommitted);
        }
    }

    /// <returns>False if the batch is no longer this reader's; it is then delivered again, here or elsewhere.</returns>
    private async Task<bool> TryCommitAsync(IGroupReader reader, InFlightBatch inFlight, CancellationToken cancellation)
    {
        try
        {
            await OfBatchAsync(inFlight.Batch, () => WriteAsync(reader, inFlight, cancellation));
            _isolation.Committed(inFlight.Batch);
            progress?.Committed();
            InferenceMetrics.Commits.Add(inFlight.Records.Count > 0 ? 1 : 0);
            return true;
        }
        catch (BatchRevokedException e)
        {
            await GiveUpAsync(e, cancellation);
            return false;
        }
    }

    private async Task<bool> WriteAsync(IGroupReader reader, InFlightBatch inFlight, CancellationToken cancellation)
    {
        if (await OutputsAsync(inFlight, cancellation) is not { Count: > 0 } written)
            return false;
        await reader.CommitAsync(inFlight.Batch, written, cancellation);
        return true;
    }

    /// <summary>
    /// A step of a read. What fails by one of its records is read one at a time next, so that it is found and holds up no other.
    /// </summary>
    private async Task<T> OfBatchAsync<T>(ReadBatch batch, Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (batch.Records.Count > 0 && RecordErrors.MayBeOfRecord(e))
        {
            _isolation.Failed(batch, e);
            throw;
        }
    }

    /// <summary>
    /// What a batch leaves in the log, and the progress it makes; of a silence, only the progress that has not been reported.
    /// </summary>
    private async Task<IReadOnlyList<NewRecord>> OutputsAsync(InFlightBatch inFlight, CancellationToken cancellation)
    {
        var left = await outputs.OfAsync(inFlight, cancellation);
        if (progress is null || inFlight.Ends is not { } ends)
            return [.. left.SelectMany(static output => output.Outputs)];
        return inFlight.Records.Count == 0
            ? await progress.OfSilenceAsync(ends, cancellation)
            : [.. left.SelectMany(static output => output.Outputs), .. await progress.OfAsync(left, ends, cancellation)];
    }

    /// <summary>Partitions that moved are everyday life; a commit that failed in the log is not, and is not repeated in haste.</summary>
    private async Task GiveUpAsync(BatchRevokedException e, CancellationToken cancellation)
    {
        logger.Log(
            e.InnerException is null ? LogLevel.Information : LogLevel.Warning,
            "The group {Group} gave up what was in flight; it is read again: {Reason}",
            group,
            e.Message);
        if (e.InnerException is not null)
            await Task.Delay(options.RetryDelay, time, cancellation);
    }

    /// <summary>Reads that could not be committed any more; they are read again when the group is joined next.</summary>
    private void Abandon(ChannelReader<InFlightBatch> reads)
    {
        var count = 0;
        while (reads.TryRead(out var left))
        {
            using (left)
                count += left.Records.Count;
        }

        InferenceMetrics.InFlight.Add(-count);
        if (count > 0)
            logger.LogWarning("The group {Group} gives up {Count} records uncommitted; they are read again", group, count);
    }
}
