using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Finds the last usable checkpoint of the log, and the last offsets that were committed after it.</summary>
/// <param name="log">The log.</param>
/// <param name="partitions">The partitions of the input topics: offsets beyond their ends do not belong to this log.</param>
/// <param name="unusable">Reports checkpoints that are not usable.</param>
internal sealed class CheckpointSearch(IEventLog log, IReadOnlyList<PartitionInfo> partitions, UnusableRecords unusable)
{
    private bool _isLastUnusable;

    /// <summary>The last committed offsets, if a commit without a state followed the last checkpoint.</summary>
    public CommittedOffsets? Committed { get; private set; }

    /// <summary>The state of the last usable checkpoint; null before <see cref="RunAsync"/>, and without one.</summary>
    public MonitorState? State { get; private set; }

    /// <summary>Whether records were committed after the state, so that they must be processed once more.</summary>
    public bool IsBehind => Committed is not null || (_isLastUnusable && State is not null);

    /// <summary>Searches from the end of the log.</summary>
    public async Task RunAsync(CancellationToken cancellation) => State = await CheckpointFinder.FindLastAsync(
        log, Topics.MonitorState, 0, record => RestoreAsync(record, cancellation), cancellation);

    private async Task<MonitorState?> RestoreAsync(LogRecord record, CancellationToken cancellation)
    {
        if (EventRecord.Is<StatePart>(record))
            return null;
        try
        {
            var (state, offsets) = await ReadAsync(record, cancellation);
            if (IsBeyondEnd(state?.NextOffsets ?? offsets?.NextOffsets ?? []))
                throw new InvalidDataException("The checkpoint has offsets beyond the end of the log.");
            Committed ??= _isLastUnusable ? null : offsets;
            return state;
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            Report(record, e);
            return null;
        }
    }

    private async Task<(MonitorState? State, CommittedOffsets? Offsets)> ReadAsync(LogRecord record, CancellationToken cancellation)
    {
        if (record.Damage is not null || record.Value is null)
            throw new InvalidDataException(record.Damage ?? "no value");
        if (EventRecord.Is<CommittedOffsets>(record))
            return (null, CommittedOffsets.FromBytes(record.Value));
        using var stored = StoredCheckpoint.Parse(record.Value);
        return (stored.Restore(await PartLoader.LoadAsync(log, record.Position, stored.Parts, cancellation)), null);
    }

    private bool IsBeyondEnd(Dictionary<string, long> nextOffsets) => partitions.Any(
        partition => nextOffsets.GetValueOrDefault(MonitorSession.PartitionKey(partition.Topic, partition.Partition)) > partition.End);

    private void Report(LogRecord record, Exception error)
    {
        _isLastUnusable = true;
        unusable.Report(
            ConsumerGroups.Monitoring, record.Position,
            RecordFault.OfDamage(record) ?? new(DeadLetterReasons.BadEvent, error.Message, error),
            "The monitor uses the checkpoint before it; without one, windows and baselines start again.");
    }
}
