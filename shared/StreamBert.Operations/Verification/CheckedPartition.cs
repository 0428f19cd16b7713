using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>A record's outcome as two bits.</summary>
internal enum Outcome
{
    None = 0,
    Predicted = 1,
    DeadLettered = 2,
    Doubled = 3,
}

/// <summary>
/// What is known of the records of one input partition from one offset to below another: two bits a record, and two more for each route.
/// </summary>
internal sealed class CheckedPartition(PipelineOptions? pipeline, PartitionLag lag, long from, long to)
{
    private const int Sent = 1;
    private const int Copied = 2;
    private readonly PairsOfBits _outcomes = new(from, to);
    private readonly SortedDictionary<string, PairsOfBits> _copies = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Topic, int Partition), long> _last = [];

    /// <summary>Null for the topics that serve all pipelines.</summary>
    public PipelineOptions? Pipeline => pipeline;
    public string Topic => lag.Topic;
    public int Number => lag.Partition;
    public long From => from;
    public long To => to;
    public long InFlight => lag.Lag;
    public long End => lag.End;
    public IEnumerable<string> Queues => _copies.Keys;

    public long Predicted { get; private set; }
    public long DeadLettered { get; private set; }

    public bool Covers(long offset) => offset >= from && offset < to;

    /// <returns>False if it had an outcome before.</returns>
    public bool Add(long offset, Outcome outcome)
    {
        if (_outcomes[offset] is not (int)Outcome.None)
        {
            _outcomes[offset] = (int)Outcome.Doubled;
            return false;
        }
        _outcomes[offset] = (int)outcome;
        if (outcome == Outcome.Predicted)
            Predicted++;
        else
            DeadLettered++;
        return true;
    }

    public bool IsHole(long offset) => _outcomes[offset] == (int)Outcome.None;

    /// <returns>False if a later record's output stands before it in the same output partition.</returns>
    public bool IsNext(LogPosition output, long offset)
    {
        var key = (output.Topic, output.Partition);
        if (_last.TryGetValue(key, out var last) && last > offset)
            return false;
        _last[key] = offset;
        return true;
    }

    /// <returns>False if it was sent there before.</returns>
    public bool Send(string queue, long offset) => Mark(queue, offset, Sent);

    /// <returns>False if its copy was seen there before.</returns>
    public bool Copy(string queue, long offset) => Mark(queue, offset, Copied);

    /// <summary>Offsets without an outcome.</summary>
    public IEnumerable<long> Holes() => _outcomes.Where((int)Outcome.None);

    public long Doubled => _outcomes.Where((int)Outcome.Doubled).LongCount();

    /// <summary>Offsets that were sent to a queue and have no copy there.</summary>
    public IEnumerable<long> WithoutCopy(string queue) => _copies.TryGetValue(queue, out var copies) ? copies.Where(Sent) : [];

    private bool Mark(string queue, long offset, int bit)
    {
        if (!_copies.TryGetValue(queue, out var copies))
            _copies[queue] = copies = new(from, to);
        var known = copies[offset];
        copies[offset] = known | bit;
        return (known & bit) == 0;
    }
}
