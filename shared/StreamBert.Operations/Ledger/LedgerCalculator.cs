using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Ledger;

/// <summary>Calculates the ledger from the offsets of the log and the counts of the <see cref="LedgerCounter"/>.</summary>
internal sealed class LedgerCalculator(IEventLog log, LedgerCounter counter, PipelineCatalog pipelines, TimeProvider time)
{
    private const string TotalName = "total";
    private const string CountingNote = "The ledger counts the predictions and dead letters in the log.";
    private const string IncompleteNote =
        "Retention deleted predictions before the ledger counted them, so their number is unknown; 'streambert verify' checks the "
            + "records that are left.";
    private const int MaxPolls = 30;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Calculates the ledger while workers commit. The counts hold at least what was committed before they were taken, and with
    /// at-least-once delivery also
    /// outcomes that are not committed yet. Counted records are not in flight any more, so that the result is exact under load too.
    /// </summary>
    public async Task<LedgerView> CalculateAsync(CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var before = (await ReadInputLagsAsync(cancellation))
            .ToDictionary(static lag => (lag.Topic, lag.Partition), static lag => lag.Committed);
        var (snapshot, uncounted) = await WaitForCountsAsync(cancellation);
        var inputs = await ReadInputLagsAsync(cancellation);
        if (log.HasTransactionMarkers)
            uncounted += snapshot?.CountUnscannedOffsets(inputs) ?? 0;
        var unreadable = snapshot?.Unreadable.Values.Sum() ?? 0;
        var partitions = inputs.Select(lag =>
            (lag.Topic, CreatePartition(lag, before.GetValueOrDefault((lag.Topic, lag.Partition)), snapshot))).ToList();
        // While outputs are uncounted, an outcome that is missing may be among them.
        var lines = CreateLines(partitions, uncounted == 0 ? unreadable : 0);
        var total = LedgerLine.Sum(TotalName, null, [.. lines.SelectMany(static line => line.Partitions)]) with { Partitions = [] };
        return new(at, total, lines, await ReadGroupLagsAsync(inputs, cancellation), uncounted, Note(snapshot))
        {
            UnreadableOutputs = unreadable,
        };
    }

    private static string? Note(LedgerSnapshot? snapshot) => snapshot is null ? CountingNote : snapshot.IsComplete ? null : IncompleteNote;

    private List<LedgerLine> CreateLines(List<(string Topic, LedgerPartition Partition)> partitions, long unreadable)
    {
        var lines = new List<LedgerLine>();
        foreach (var topic in partitions.GroupBy(static item => item.Topic, static item => item.Partition))
        {
            var explained = topic.Select(partition => ExplainMissing(partition, ref unreadable)).ToList();
            lines.Add(LedgerLine.Sum(topic.Key, pipelines.ForTopic(topic.Key)?.Name, explained));
        }
        return lines;
    }

    private static LedgerPartition CreatePartition(PartitionLag lag, long committedBefore, LedgerSnapshot? snapshot)
    {
        if (snapshot is not { IsComplete: true })
            return new(lag.Partition, lag.End - lag.Begin, null, null, lag.Lag);
        var counts = snapshot.Counts.GetValueOrDefault(PartitionKey.Of(lag.Topic, lag.Partition), LedgerCounts.None);
        var records = snapshot.CountRecords(lag);
        var committed = Math.Max(0, records - (lag.End - Math.Min(committedBefore, lag.Committed)));
        // A broker that lost its last records may end before the offset that a group has committed.
        var completed = Math.Min(Math.Max(counts.Out + counts.DeadLettered, committed), records);
        return new(lag.Partition, records, counts.Out, counts.DeadLettered, records - completed);
    }

    /// <summary>Attributes missing outcomes of a partition to unreadable outputs, as long as there are any left.</summary>
    private static LedgerPartition ExplainMissing(LedgerPartition partition, ref long unreadable)
    {
        var explained = Math.Clamp(partition.Missing ?? 0, 0, unreadable);
        unreadable -= explained;
        return partition with { Unreadable = explained };
    }

    private async Task<IReadOnlyList<PartitionLag>> ReadInputLagsAsync(CancellationToken cancellation)
    {
        var lags = new List<PartitionLag>();
        foreach (var group in LedgerTopics.GetInputs(pipelines).GroupBy(ConsumerGroups.ForTopic))
            lags.AddRange(await log.LagAsync(group.Key, [.. group], cancellation));
        return lags;
    }

    private async Task<IReadOnlyList<GroupLag>> ReadGroupLagsAsync(IReadOnlyList<PartitionLag> inputs, CancellationToken cancellation)
    {
        var monitoring = await log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], cancellation);
        var training = await log.LagAsync(ConsumerGroups.Training, [Topics.Feedback], cancellation);
        return
        [
            .. inputs.GroupBy(static lag => ConsumerGroups.ForTopic(lag.Topic)).SelectMany(static group => SumByTopic(group.Key, group)),
            .. SumByTopic(ConsumerGroups.Monitoring, monitoring),
            .. SumByTopic(ConsumerGroups.Training, training),
        ];
    }

    private static IEnumerable<GroupLag> SumByTopic(string group, IEnumerable<PartitionLag> partitions) => partitions
        .GroupBy(static partition => partition.Topic)
        .Select(topic => new GroupLag(group, topic.Key, topic.Sum(static partition => partition.Lag)));

    /// <summary>Waits a moment until the counter has counted the outputs that are in the log now.</summary>
    private async Task<(LedgerSnapshot? Snapshot, long Uncounted)> WaitForCountsAsync(CancellationToken cancellation)
    {
        var outputs = await log.DescribeAsync(LedgerTopics.Outputs, cancellation);
        var snapshot = counter.GetSnapshot();
        for (var polls = 0; polls < MaxPolls && snapshot?.GetLag(outputs) > 0; polls++)
        {
            await Task.Delay(PollInterval, time, cancellation);
            snapshot = counter.GetSnapshot();
        }
        return (snapshot, snapshot?.GetLag(outputs) ?? outputs.Sum(static output => output.End - output.Begin));
    }
}
