using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// Where partitions end, as far as it was asked: an event that names an offset beyond is not what a service wrote. Followed by its reader
/// it would make it believe that everything before was read.
/// </summary>
public sealed class LogBounds(IEventLog log)
{
    private readonly Dictionary<string, Dictionary<int, long>> _ends = [];

    /// <summary>Asks where topics end, if one of the offsets lies beyond what is known.</summary>
    /// <param name="places">Offsets as records name them, which may be any numbers; only of topics whose names are known to be
    /// meant.</param>
    public async Task RefreshAsync(IEnumerable<RecordPosition> places, CancellationToken cancellation)
    {
        var unknown = places.Where(
            place => !_ends.TryGetValue(place.Topic, out var ends) || ends.GetValueOrDefault(place.Partition) <= place.Offset)
            .Select(static place => place.Topic).Distinct().ToList();
        if (unknown.Count == 0)
            return;
        foreach (var topic in unknown)
            _ends[topic] = [];
        foreach (var partition in await log.DescribeAsync(unknown, cancellation))
            _ends[partition.Topic][partition.Partition] = partition.End;
    }

    /// <summary>Whether the log may hold a record there. Of a topic that this log does not have, nothing is known.</summary>
    public bool MayContain(RecordPosition place) => End(place.Topic, place.Partition) is not { } end || place.Offset < end;

    /// <summary>Whether a partition may end there.</summary>
    public bool MayEndAt(string topic, int partition, long end) => End(topic, partition) is not { } known || end <= known;

    /// <summary>Null where it is not known; of a partition that a known topic does not have, 0.</summary>
    private long? End(string topic, int partition)
        => _ends.TryGetValue(topic, out var ends) && ends.Count > 0 ? ends.GetValueOrDefault(partition) : null;
}
