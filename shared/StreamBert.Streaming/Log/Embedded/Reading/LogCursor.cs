using StreamBert.Streaming.Log.Embedded.Groups;

namespace StreamBert.Streaming.Log.Embedded.Reading;

/// <summary>Positions in several partitions, read round-robin so that a full partition starves no other.</summary>
internal sealed class LogCursor(IEnumerable<CursorPosition> positions)
{
    private readonly CursorPosition[] _positions = [.. positions];
    private int _next;

    public bool HasMore => _positions.Any(static p => p.Next < p.Limit);

    /// <param name="maxBytes">The batch stops growing at this size, whatever the number of its records.</param>
    public List<LogRecord> Read(ReadSession session, int maxRecords, int maxBytes = LogRecord.MaxReadBytes)
    {
        var records = new List<LogRecord>();
        var bytes = 0;
        for (var i = 0; i < _positions.Length && records.Count < maxRecords && bytes < maxBytes; i++)
        {
            var position = _positions[(_next + i) % _positions.Length];
            bytes += Read(session, position, records, maxRecords - records.Count, maxBytes - bytes);
        }
        _next = (_next + 1) % Math.Max(1, _positions.Length);
        return records;
    }

    private static int Read(ReadSession session, CursorPosition position, List<LogRecord> into, int maxRecords, int maxBytes)
    {
        var limit = position.Limit;
        if (position.Next >= limit)
            return 0;
        var (bytes, count) = (0, 0);
        foreach (var record in session.Range(position.Partition, position.Next, limit))
        {
            into.Add(record);
            position.Next = record.Position.Offset + 1;
            bytes += record.Bytes;
            if (++count == maxRecords || bytes >= maxBytes)
                return bytes;
        }
        position.Next = limit; // retention has deleted the records before
        return bytes;
    }
}

/// <summary>The next offset to read of a partition, and where to stop.</summary>
internal sealed class CursorPosition(PartitionState partition, long next, long until = long.MaxValue)
{
    public PartitionState Partition => partition;
    public long Next { get; set; } = next;
    public long Limit => Math.Min(until, partition.End);
}
