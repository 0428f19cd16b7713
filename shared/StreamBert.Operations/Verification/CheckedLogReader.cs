using System.Runtime.CompilerServices;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Reads topics and reports damaged records and files as findings instead of failing.</summary>
internal sealed class CheckedLogReader(IEventLog log)
{
    private readonly HashSet<string> _topics = [];

    /// <summary>The number of records read, including damaged ones.</summary>
    public long RecordsRead { get; private set; }

    public bool HasRead(string topic) => _topics.Contains(topic);

    /// <summary>
    /// Reads a topic to its present end. Each record comes with its damage; the last item has no record if a damaged file prevents
    /// further reading.
    /// </summary>
    public async IAsyncEnumerable<(LogRecord? Record, VerificationFinding? Damage)> ReadAsync(
        string topic, IReadOnlyDictionary<int, long>? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        _topics.Add(topic);
        await using var records = log.ReadToEndAsync(topic, from, cancellation, awaitOpenTransactions: true)
            .GetAsyncEnumerator(cancellation);
        while (true)
        {
            var (hasRecord, damage) = await MoveNextAsync(records);
            if (damage is not null)
                yield return (null, new(FindingKinds.FilesDamaged, $"{topic}: {damage}"));
            if (!hasRecord)
                yield break;
            RecordsRead++;
            yield return (records.Current, FindDamage(records.Current));
        }
    }

    /// <summary>Checks the files of the log.</summary>
    /// <returns>Null if they are intact.</returns>
    public async Task<VerificationFinding?> CheckFilesAsync(CancellationToken cancellation)
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

    private static async Task<(bool HasRecord, string? Damage)> MoveNextAsync(IAsyncEnumerator<LogRecord> records)
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

    private static VerificationFinding? FindDamage(LogRecord record)
    {
        var (topic, partition, offset) = record.Position;
        return record.Damage is { } damage
            ? new(record.IsLost ? FindingKinds.Lost : FindingKinds.Damaged, damage, new RecordPosition(topic, partition, offset))
            : null;
    }
}
