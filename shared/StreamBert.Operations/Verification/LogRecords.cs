using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Reads topics and names what of them is damaged, instead of failing.</summary>
internal sealed class LogRecords(IEventLog log)
{
    private readonly HashSet<string> _topics = [];

    /// <summary>Records read so far, damaged ones included.</summary>
    public long Read { get; private set; }

    /// <summary>Whether a topic was read.</summary>
    public bool HasRead(string topic) => _topics.Contains(topic);

    /// <summary>
    /// The records of a topic to its present end, each with what is wrong with it; last, perhaps, why no more can be read.
    /// </summary>
    public async IAsyncEnumerable<(LogRecord? Record, Finding? Fault)> ReadAsync(
        string topic,
        IReadOnlyDictionary<int, long>? from,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        _topics.Add(topic);
        await using var records = log.ReadToEndAsync(topic, from, cancellation, settled: true).GetAsyncEnumerator(cancellation);
        while (true)
        {
            var (moved, fault) = await MoveAsync(records);
            if (fault is not null)
                yield return (null, new(FindingKinds.FilesDamaged, $"{topic}: {fault}"));
            if (!moved)
                yield break;
            Read++;
            yield return (records.Current, Fault(records.Current));
        }
    }

    /// <summary>Checks the files of the log.</summary>
    /// <returns>What is wrong; null: nothing.</returns>
    public async Task<Finding?> CheckFilesAsync(CancellationToken cancellation)
    {
        try
        {
            await log.CheckAsync(cancellation);
            return null;
        }
        catch (LogUnavailableException e) when (e.IsDamaged)
        {
            return new(FindingKinds.FilesDamaged, e.Message);
        }
    }

    private static async Task<(bool Moved, string? Fault)> MoveAsync(IAsyncEnumerator<LogRecord> records)
    {
        try
        {
            return (await records.MoveNextAsync(), null);
        }
        catch (LogUnavailableException e) when (e.IsDamaged)
        {
            return (false, e.Message);
        }
    }

    private static Finding? Fault(LogRecord record) => record.Damage is { } damage
        ? new(
            record.IsLost ? FindingKinds.Lost : FindingKinds.Damaged,
            damage,
            new RecordOrigin(record.Position.Topic, record.Position.Partition, record.Position.Offset))
        : null;
}
