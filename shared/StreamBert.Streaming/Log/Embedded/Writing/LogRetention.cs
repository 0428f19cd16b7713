using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Writing;

/// <summary>
/// Deletes records beyond the age and the size that a topic may have, oldest first, in small steps so that writers hardly wait.
/// </summary>
internal sealed class LogRetention(LogState state, LogWriter writer, TimeProvider time, ILogger logger)
{
    /// <summary>The number of records deleted in one transaction.</summary>
    private const int StepRecords = 2_000;

    public async Task RunAsync(TimeSpan interval, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            try
            {
                await SweepAsync(cancellation);
            }
            catch (Exception e) when (e is not (OperationCanceledException or ObjectDisposedException))
            {
                logger.LogError(e, "Retention could not delete old records; it runs again in {Interval}.", interval);
            }
        }
    }

    public async Task SweepAsync(CancellationToken cancellation)
    {
        foreach (var topic in state.Topics.Values.Where(static t => t.MaxAge is not null || t.MaxBytes is not null))
        {
            foreach (var partition in topic.Partitions)
            {
                while (await TrimAsync(topic, partition, cancellation))
                    cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    private async Task<bool> TrimAsync(TopicState topic, PartitionState partition, CancellationToken cancellation)
    {
        var removed = 0L;
        await writer.ControlAsync(session => removed = Trim(session, topic, partition), cancellation);
        return removed == StepRecords;
    }

    /// <summary>
    /// Age counts from when a record was appended, so that a replay of old texts is kept. The size limit never deletes the last record: a
    /// topic of checkpoints always has its last checkpoint. A damaged record is deleted together with the next intact one.
    /// </summary>
    private long Trim(WriteSession session, TopicState topic, PartitionState partition)
    {
        var oldest = topic.MaxAge is { } age ? (time.GetUtcNow() - age).ToUnixTimeMilliseconds() : long.MinValue;
        var (begin, bytes) = (partition.Begin, partition.Bytes);
        var damagedBytes = 0L;
        foreach (var (row, damage) in session.Oldest(partition).Take(StepRecords))
        {
            var offset = LogSchema.Offset(row.Id);
            if (damage is not null)
            {
                damagedBytes += row.Bytes;
                continue;
            }
            var isExcess = bytes - damagedBytes > topic.MaxBytes && offset < partition.End - 1;
            if (row.Appended >= oldest && !isExcess)
                break;
            (begin, bytes, damagedBytes) = (offset + 1, bytes - damagedBytes - row.Size, 0);
        }
        var removed = begin - partition.Begin;
        if (removed == 0)
            return 0;
        session.Trim(partition, begin, bytes);
        Report(partition, begin);
        partition.Trim(begin, bytes);
        return removed;
    }

    /// <summary>Logs each group that had not read the deleted records: nothing is skipped silently.</summary>
    private void Report(PartitionState partition, long begin)
    {
        foreach (var group in state.Groups.Values)
        {
            if (group.Committed.TryGetValue(partition, out var next) && next < begin)
            {
                logger.LogWarning(
                    "Retention of '{Topic}' partition {Partition} deleted {Count} records that the consumer group '{Group}' had not "
                        + "read; raise MaxAge or MaxBytes of the topic.",
                    partition.Topic, partition.Number, begin - Math.Max(next, partition.Begin), group.Name);
            }
        }
    }
}
