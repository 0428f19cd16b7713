using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>
/// Collects what a verification knows of a range of offsets of an input partition: two bits for each record, and two more for each route.
/// </summary>
/// <param name="pipeline">The pipeline that reads the topic; null for the topics that serve all pipelines.</param>
/// <param name="lag">The offsets of the partition.</param>
/// <param name="from">The first offset of the range.</param>
/// <param name="to">The offset after the range.</param>
internal sealed class VerifiedPartition(PipelineOptions? pipeline, PartitionLag lag, long from, long to)
{
    private const int SentBit = 1;
    private const int CopiedBit = 2;
    private readonly TwoBitArray _outcomes = new(from, to);
    private readonly SortedDictionary<string, TwoBitArray> _routes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Topic, int Partition), long> _lastOffsets = [];

    public PipelineOptions? Pipeline => pipeline;
    public string Topic => lag.Topic;
    public int Number => lag.Partition;
    public long From => from;
    public long InFlight => lag.Lag;
    public long End => lag.End;

    /// <summary>The routes to which predictions of the partition were sent.</summary>
    public IEnumerable<string> Routes => _routes.Keys;
    public long Predicted { get; private set; }
    public long DeadLettered { get; private set; }
    public long Duplicated => _outcomes.FindOffsets((int)VerificationOutcome.Duplicated).LongCount();

    public bool Contains(long offset) => offset >= from && offset < to;

    public RecordPosition PositionOf(long offset) => new(Topic, Number, offset);

    /// <returns>False if the record had an outcome before.</returns>
    public bool TryAddOutcome(long offset, VerificationOutcome outcome)
    {
        if (HasOutcome(offset))
        {
            _outcomes[offset] = (int)VerificationOutcome.Duplicated;
            return false;
        }
        _outcomes[offset] = (int)outcome;
        if (outcome == VerificationOutcome.Predicted)
            Predicted++;
        else
            DeadLettered++;
        return true;
    }

    public bool HasOutcome(long offset) => _outcomes[offset] != (int)VerificationOutcome.None;

    public IEnumerable<long> FindOffsetsWithoutOutcome() => _outcomes.FindOffsets((int)VerificationOutcome.None);

    /// <summary>Whether outputs of an output partition are in the order of their input records.</summary>
    /// <returns>False if the output of a later record is before it.</returns>
    public bool IsInOrder(RecordPosition output, long offset)
    {
        var key = (output.Topic, output.Partition);
        if (_lastOffsets.TryGetValue(key, out var last) && last > offset)
            return false;
        _lastOffsets[key] = offset;
        return true;
    }

    /// <returns>False if the prediction was sent to the route before.</returns>
    public bool TryAddRoute(string route, long offset) => TrySetBit(route, offset, SentBit);

    /// <returns>False if the route had a copy of the prediction before.</returns>
    public bool TryAddCopy(string route, long offset) => TrySetBit(route, offset, CopiedBit);

    /// <summary>Finds the offsets whose predictions were sent to a route that has no copy of them.</summary>
    public IEnumerable<long> FindOffsetsWithoutCopy(string route) =>
        _routes.TryGetValue(route, out var copies) ? copies.FindOffsets(SentBit) : [];

    private bool TrySetBit(string route, long offset, int bit)
    {
        if (!_routes.TryGetValue(route, out var bits))
            _routes[route] = bits = new(from, to);
        var before = bits[offset];
        bits[offset] = before | bit;
        return (before & bit) == 0;
    }
}
