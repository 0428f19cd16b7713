using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>
/// Draws up the ledger from the log's offsets and the <see cref="LedgerBook"/>. Readers within half a second, or while a reading is under
/// way, share one.
/// </summary>
public sealed class LedgerReader : IDisposable
{
    private const string TotalName = "total";
    private const string BeingCounted = "The predictions and dead letters in the log are being counted.";
    private const string Gap = "Retention removed predictions before they were counted, so the ledger cannot say how many there were; 'streambert verify' judges what is left.";
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private const int Polls = 30;

    private readonly IEventLog _log;
    private readonly LedgerBook _book;
    private readonly PipelineCatalog _pipelines;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<LedgerView>? _reading;
    private volatile LedgerView? _last;

    internal LedgerReader(IEventLog log, LedgerBook book, PipelineCatalog pipelines, TimeProvider time) =>
        (_log, _book, _pipelines, _time) = (log, book, pipelines, time);

    /// <summary>The reading made last, if there is one; for gauges that must not wait.</summary>
    public LedgerView? Last => _last;

    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public Task<LedgerView> ReadAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (IsFresh(_last)) return Task.FromResult(_last!);
            if (_reading is not { IsCompleted: false }) _reading = Task.Run(KeepAsync, _closing.Token);
            return _reading.WaitAsync(cancellation);
        }
    }

    /// <summary>Ends a reading that is under way.</summary>
    public void Dispose()
    {
        if (_closing.IsCancellationRequested) return;
        _closing.Cancel();
        _closing.Dispose();
    }

    private async Task<LedgerView> KeepAsync() => _last = await DrawUpAsync(_closing.Token);

    private bool IsFresh(LedgerView? view) => view is not null && _time.GetUtcNow() - view.At < Fresh;

    /// <summary>
    /// Workers commit while it reads. The counts hold at least what was committed before they were taken, and with at-least-once delivery
    /// outcomes that
    /// are not committed yet; what they hold is not in flight any more, so that a reading is exact under load too.
    /// </summary>
    private async Task<LedgerView> DrawUpAsync(CancellationToken cancellation)
    {
        var at = _time.GetUtcNow();
        var inputs = await InputsAsync(cancellation);
        var before = inputs.ToDictionary(static lag => (lag.Topic, lag.Partition), static lag => lag.Committed);
        var (page, uncounted) = await CountsAsync(cancellation);
        var after = await InputsAsync(cancellation);
        var monitoring = await _log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions, Topics.Progress], cancellation);
        var training = await _log.LagAsync(ConsumerGroups.Training, [Topics.Feedback], cancellation);

        var partitions = after.GroupBy(static lag => lag.Topic)
            .Select(topic => (topic.Key, Partitions: (IReadOnlyList<LedgerPartition>)[.. topic.Select(
                lag => Partition(lag, before.GetValueOrDefault((lag.Topic, lag.Partition)), page))]))
            .ToList();
        uncounted += _log.LeavesMarks ? page?.Unknown(after) ?? 0 : 0;
        var unreadable = page?.Unreadable.Values.Sum() ?? 0;
        var left = uncounted == 0 ? unreadable : 0; // what is missing may just not be counted yet
        var lines = partitions.ConvertAll(topic => LedgerLine.Of(
            topic.Key,
            _pipelines.ForTopic(topic.Key)?.Name,
            [.. topic.Partitions.Select(partition => Explained(partition, ref left))]));
        var total = LedgerLine.Of(TotalName, null, [.. lines.SelectMany(static line => line.Partitions)]) with { Partitions = [] };
        var lags = after.GroupBy(static lag => ConsumerGroups.Of(lag.Topic)).SelectMany(static group => Lags(group.Key, group))
            .Concat(Lags(ConsumerGroups.Monitoring, monitoring)).Concat(Lags(ConsumerGroups.Training, training));
        return new(at, total, lines, [.. lags], uncounted, page is null ? BeingCounted : page.IsWhole ? null : Gap)
        {
            UnreadableOutputs = unreadable
        };
    }

    private static IEnumerable<GroupLag> Lags(string group, IEnumerable<PartitionLag> partitions) =>
        partitions.GroupBy(static partition => partition.Topic)
            .Select(topic => new GroupLag(group, topic.Key, topic.Sum(static partition => partition.Lag)));

    private static LedgerPartition Partition(PartitionLag lag, long before, LedgerPage? page)
    {
        if (page is not { IsWhole: true })
            return new(lag.Partition, lag.End - lag.Begin, null, null, lag.Lag);
        var (classified, dead) = page.Counts.GetValueOrDefault(LedgerPage.Place(lag.Topic, lag.Partition), LedgerCounts.None);
        var records = page.Records(lag);
        var committed = Math.Max(0, records - (lag.End - Math.Min(before, lag.Committed)));
        var settled = Math.Min(Math.Max(classified + dead, committed), records); // brokers that lost their last records may stand before what a group has committed
        return new(lag.Partition, records, classified, dead, records - settled);
    }

    /// <summary>The partition with what is missing of it laid to outputs that cannot be read, as far as there are any left.</summary>
    private static LedgerPartition Explained(LedgerPartition partition, ref long left)
    {
        var explained = Math.Clamp(partition.Missing ?? 0, 0, left);
        left -= explained;
        return partition with { Unreadable = explained };
    }

    private async Task<IReadOnlyList<PartitionLag>> InputsAsync(CancellationToken cancellation)
    {
        var lags = new List<PartitionLag>();
        foreach (var group in LedgerKeeper.Inputs(_pipelines).GroupBy(ConsumerGroups.Of))
            lags.AddRange(await _log.LagAsync(group.Key, [.. group], cancellation));
        return lags;
    }

    /// <summary>The counts of at least what stands in the log now, as far as that is to be had in a moment.</summary>
    private async Task<(LedgerPage? Page, long Uncounted)> CountsAsync(CancellationToken cancellation)
    {
        var outputs = await _log.DescribeAsync(LedgerKeeper.Outputs, cancellation);
        var page = _book.Read();
        for (var polls = 0; polls < Polls && page?.Behind(outputs) > 0; polls++)
        {
            await Task.Delay(Poll, _time, cancellation);
            page = _book.Read();
        }
        return (page, page?.Behind(outputs) ?? outputs.Sum(static output => output.End - output.Begin));
    }
}
