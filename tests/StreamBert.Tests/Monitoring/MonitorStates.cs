using System.Text;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Checkpoints;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Tests.Monitoring;

/// <summary>Writes states as checkpoints and reads them again.</summary>
internal static class MonitorStates
{
    /// <summary>Returns a checkpoint in one record, without parts.</summary>
    public static byte[] ToBytes(MonitorState state) => new CheckpointWriter(new(maxInlineBytes: int.MaxValue)).Write(state).State;

    /// <summary>Reads a checkpoint in one record.</summary>
    public static MonitorState FromBytes(byte[] bytes) => Restore(bytes, []);

    /// <summary>Reads the last checkpoint of records to commit, each of which holds its parts.</summary>
    public static MonitorState Restore(IReadOnlyList<NewRecord> records)
    {
        var parts = records.Where(static record => EventRecord.Is<StatePart>(record.Headers));
        return Restore(records[^1].Value!, parts.Select(static record => Part(record.Key, record.Value)));
    }

    /// <summary>Reads the last checkpoint of a log.</summary>
    public static async Task<MonitorState> RestoreAsync(IEventLog log, CancellationToken cancellation)
    {
        var (state, parts) = ((byte[]?)null, new List<StatePart>());
        await foreach (var record in log.ReadToEndAsync(Topics.MonitorState, null, cancellation))
        {
            if (EventRecord.Is<StatePart>(record))
                parts.Add(Part(record.Key, record.Value));
            else if (EventRecord.Is<MonitorState>(record))
                state = record.Value;
        }
        return Restore(state!, parts);
    }

    /// <summary>Reads a checkpoint with parts.</summary>
    public static MonitorState Restore(byte[] state, IEnumerable<StatePart> parts)
    {
        var loaded = new StateParts();
        foreach (var part in parts)
        {
            using var json = BoundedGzip.Decompress(part.Value);
            loaded.Add(part.Hash, json.ToArray());
        }
        using var stored = StoredCheckpoint.Parse(state);
        return stored.Restore(loaded);
    }

    private static StatePart Part(byte[]? key, byte[]? value) => new(Encoding.UTF8.GetString(key!), value!);
}
