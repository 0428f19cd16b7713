using StreamBert.Contracts;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Gateway.Ledger;

/// <summary>Draws up the ledger from the log's offsets and the counts of the state store. Readers within half a second share one reading.</summary>
public sealed class LedgerReader(IEventLog log, StateStore store, StateProjection projection, PipelineCatalog pipelines, TimeProvider time) : IDisposable
{
    private const string TotalName = "total";
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile LedgerView? _last;

    /// <summary>The reading made last, if there is one; for gauges that must not wait.</summary>
    public LedgerView? Last => _last;

    /// <exception cref="LogUnavailableException">The log cannot be reached.</exception>
    public async Task<LedgerView> ReadAsync(CancellationToken cancellation)
    {
        if (IsFresh(_last)) return _last!;
        await _reading.WaitAsync(cancellation);
        try
        {
            return IsFresh(_last) ? _last! : _last = await DrawUpAsync(cancellation);
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose() => _reading.Dispose();

    private bool IsFresh(LedgerView? view) => view is not null && time.GetUtcNow() - view.At < Fresh;

    private async Task<LedgerView> DrawUpAsync(CancellationToken cancellation)
    {
        var at = time.GetUtcNow();
        var bulk = await log.LagAsync(ConsumerGroups.Inference, Inputs(), cancellation);
        var interactive = await log.LagAsync(ConsumerGroups.InferenceInteractive, [Topics.Interactive], cancellation);
        var explain = await log.LagAsync(ConsumerGroups.InferenceExplain, [Topics.Explain], cancellation);
        var monitoring = await log.LagAsync(ConsumerGroups.Monitoring, [Topics.Predictions], cancellation);
        var training = await log.LagAsync(ConsumerGroups.Training, [Topics.Feedback], cancellation);
        var (counts, behind) = await ProjectedAsync(cancellation);

        var lines = bulk.Concat(interactive).Concat(explain).GroupBy(partition => partition.Topic).Select(topic => Line(topic.Key, [.. topic], counts)).ToList();
        var lag = new[]
        {
            (ConsumerGroups.Inference, bulk), (ConsumerGroups.InferenceInteractive, interactive), (ConsumerGroups.InferenceExplain, explain),
            (ConsumerGroups.Monitoring, monitoring), (ConsumerGroups.Training, training),
        };
        return new(at, Total(lines), lines, [.. lag.SelectMany(group => Lags(group.Item1, group.Item2))], behind);
    }

    private List<string> Inputs() => [.. pipelines.All.SelectMany(pipeline => pipeline.Inputs).Distinct()];

    private static IEnumerable<GroupLag> Lags(string group, IReadOnlyList<PartitionLag> partitions) =>
        partitions.GroupBy(partition => partition.Topic).Select(topic => new GroupLag(group, topic.Key, topic.Sum(partition => partition.Lag)));

    private LedgerLine Line(string topic, IReadOnlyList<PartitionLag> partitions, IReadOnlyDictionary<string, LedgerCounts>? counts)
    {
        var count = counts is null ? null : counts.GetValueOrDefault(topic) ?? new LedgerCounts(0, 0);
        return new(topic, pipelines.ForTopic(topic)?.Name, partitions.Sum(partition => partition.End), count?.Out, count?.DeadLettered, partitions.Sum(partition => partition.Lag));
    }

    private static LedgerLine Total(List<LedgerLine> lines) => new(
        TotalName, null, lines.Sum(line => line.In), Sum(lines, line => line.Out), Sum(lines, line => line.DeadLettered), lines.Sum(line => line.InFlight));

    private static long? Sum(List<LedgerLine> lines, Func<LedgerLine, long?> value) =>
        lines.Any(line => value(line) is null) ? null : lines.Sum(value);

    /// <summary>The counts, and how many offsets of the log are not in them yet; nulls while the state store is away.</summary>
    private async Task<(IReadOnlyDictionary<string, LedgerCounts>? Counts, long? Behind)> ProjectedAsync(CancellationToken cancellation)
    {
        try
        {
            var counts = await store.LedgerAsync(cancellation);
            var behind = 0L;
            var outputs = await log.DescribeAsync([Topics.Predictions, Topics.DeadLetter], cancellation);
            foreach (var topic in outputs.GroupBy(partition => partition.Topic))
            {
                var positions = await projection.PositionsAsync(topic.Key, cancellation);
                behind += topic.Sum(partition => Math.Max(0, partition.End - positions.GetValueOrDefault(partition.Partition, partition.Begin)));
            }
            return (counts, behind);
        }
        catch (StateUnavailableException)
        {
            return (null, null);
        }
    }
}

/// <summary>The names of the consumer groups whose progress the ledger shows.</summary>
internal static class ConsumerGroups
{
    public const string Inference = "inference";
    public const string InferenceInteractive = "inference-interactive";
    public const string InferenceExplain = "inference-explain";
    public const string Monitoring = "monitoring";
    public const string Training = "training";

    /// <summary>The group that reads an input topic.</summary>
    public static string Of(string topic) => topic switch
    {
        Topics.Interactive => InferenceInteractive,
        Topics.Explain => InferenceExplain,
        _ => Inference,
    };
}
