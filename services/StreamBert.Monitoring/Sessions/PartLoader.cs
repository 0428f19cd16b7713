using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Monitoring.Sessions;

/// <summary>Loads the parts of a checkpoint from the records before it, as far back as the oldest part.</summary>
internal static class PartLoader
{
    /// <summary>The number of records that are read first; most parts were stored with the checkpoint or shortly before it.</summary>
    private const long FirstRecords = 64;

    /// <summary>Loads the parts with these hashes. Parts that are missing or damaged are left out.</summary>
    /// <param name="log">The log.</param>
    /// <param name="checkpoint">The position of the checkpoint.</param>
    /// <param name="hashes">The hashes of the parts.</param>
    /// <param name="cancellation">Cancels the search.</param>
    public static async Task<StateParts> LoadAsync(
        IEventLog log, RecordPosition checkpoint, IEnumerable<string> hashes, CancellationToken cancellation)
    {
        var parts = new StateParts();
        var missing = hashes.ToHashSet();
        var begin = missing.Count == 0 ? checkpoint.Offset
            : (await log.DescribeAsync([checkpoint.Topic], cancellation)).First(p => p.Partition == checkpoint.Partition).Begin;
        var before = checkpoint.Offset;
        for (var back = FirstRecords; missing.Count > 0 && before > begin; back *= 4)
        {
            var from = Math.Max(begin, before - back);
            await LoadRangeAsync(log, checkpoint with { Offset = from }, before, missing, parts, cancellation);
            before = from;
        }
        return parts;
    }

    private static async Task LoadRangeAsync(
        IEventLog log, RecordPosition from, long before, HashSet<string> missing, StateParts parts, CancellationToken cancellation)
    {
        var start = new Dictionary<int, long> { [from.Partition] = from.Offset };
        await foreach (var record in log.ReadToEndAsync(from.Topic, start, cancellation))
        {
            if (record.Position.Offset >= before)
                break;
            if (HashOf(record) is { } hash && missing.Contains(hash) && Decompress(record) is { } json && PartHash.Of(json) == hash)
            {
                missing.Remove(hash);
                parts.Add(hash, json);
            }
        }
    }

    private static string? HashOf(LogRecord record) =>
        record is { Damage: null, Key: { } key } && EventRecord.Is<StatePart>(record) ? Encoding.UTF8.GetString(key) : null;

    private static byte[]? Decompress(LogRecord record)
    {
        try
        {
            using var json = record.Value is null ? null : BoundedGzip.Decompress(record.Value);
            return json?.ToArray();
        }
        catch (InvalidDataException)
        {
            return null; // a record of another program with the hash of a part
        }
    }
}
