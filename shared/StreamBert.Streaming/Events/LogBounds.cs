using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Caches the end offsets of partitions, to validate offsets in events: an event with an offset beyond the end was not written by a
/// service, and would make its reader skip records.
/// </summary>
public sealed class LogBounds(IEventLog log)
{
    private readonly Dictionary<string, Dictionary<int, long>> _ends = [];

    /// <summary>Reads the end offsets of the topics of which an offset lies beyond the known end.</summary>
    /// <param name="positions">Positions from records, with any offsets, of known topics.</param>
    /// <param name="cancellation">Cancels the call.</param>
    public async Task RefreshAsync(IEnumerable<RecordPosition> positions, CancellationToken cancellation)
    {
        var unknown = positions.Where(
            position => !_ends.TryGetValue(position.Topic, out var ends) || ends.GetValueOrDefault(position.Partition) <= position.Offset)
            .Select(static position => position.Topic).Distinct().ToList();
        if (unknown.Count == 0)
            return;
        foreach (var topic in unknown)
            _ends[topic] = [];
        foreach (var partition in await log.DescribeAsync(unknown, cancellation))
            _ends[partition.Topic][partition.Partition] = partition.End;
    }

    /// <summary>Tells whether the log may contain a record at a position; always true for an unknown topic.</summary>
    public bool MayContain(RecordPosition position) => EndOf(position.Topic, position.Partition) is not { } end || position.Offset < end;

    /// <summary>Tells whether an offset is within the known end of a partition; always true for an unknown topic.</summary>
    public bool MayEndAt(string topic, int partition, long end) => EndOf(topic, partition) is not { } known || end <= known;

    /// <summary>Returns the end offset, null for an unknown topic, and 0 for an unknown partition of a known topic.</summary>
    private long? EndOf(string topic, int partition)
        => _ends.TryGetValue(topic, out var ends) && ends.Count > 0 ? ends.GetValueOrDefault(partition) : null;
}
