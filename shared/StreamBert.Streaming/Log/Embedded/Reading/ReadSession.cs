using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Reading;

/// <summary>A read-only connection with its prepared statement. Not thread-safe.</summary>
internal sealed class ReadSession : IDisposable
{
    private static readonly Dictionary<string, byte[]> NoHeaders = [];

    private readonly LogFiles _files;
    private readonly RecordChecksum _checksum;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _range;
    private readonly SqliteParameter _from;
    private readonly SqliteParameter _to;

    public ReadSession(LogFiles files, long seed)
    {
        (_files, _checksum) = (files, new(seed));
        _connection = LogSchema.Open(files.Database, SqliteOpenMode.ReadOnly);
        _range = _connection.CreateCommand();
        _range.CommandText = $"{RecordRowReader.Select} WHERE id >= $from AND id < $to ORDER BY id";
        _from = _range.Parameters.Add("$from", SqliteType.Integer);
        _to = _range.Parameters.Add("$to", SqliteType.Integer);
        _range.Prepare();
    }

    /// <summary>
    /// The records of a partition from one offset to below another, read as they are enumerated. Offsets have no gaps, so one that is not
    /// there was removed by retention,
    /// or is damage: of the record, if a repair has recorded its loss, else of the file's structure.
    /// </summary>
    /// <exception cref="LogUnavailableException">Records are missing.</exception>
    public IEnumerable<LogRecord> Range(PartitionState partition, long from, long to)
    {
        _from.Value = LogSchema.RowId(partition.Id, from);
        _to.Value = LogSchema.RowId(partition.Id, to);
        using var rows = _range.ExecuteReader();
        var next = from;
        while (rows.Read())
        {
            var row = RecordRowReader.Read(rows);
            var offset = LogSchema.Offset(row.Id);
            foreach (var lost in Missing(partition, next, offset))
                yield return lost;
            next = offset + 1;
            yield return Record(partition, row);
        }
        foreach (var lost in Missing(partition, next, to))
            yield return lost;
    }

    public void Dispose()
    {
        _range.Dispose();
        _connection.Dispose();
    }

    private IEnumerable<LogRecord> Missing(PartitionState partition, long from, long to)
    {
        if (from == to)
            return [];
        if (to < from)
        {
            throw LogErrors.Damaged(_files, string.Create(CultureInfo.InvariantCulture,
                $"The embedded log '{_files.Database}' is damaged: {partition.Topic}/{partition.Number}/{to} is out of order."));
        }

        var begin = Math.Max(from, to <= partition.Begin ? to : StoredBegin(partition));
        var losses = Enumerable.Range(0, (int)Math.Min(int.MaxValue, Math.Max(0, to - begin)))
            .Select(i => (Offset: begin + i, Loss: partition.FindLoss(begin + i)));
        return losses.Select(lost => lost.Loss is { } loss
            ? new LogRecord(new(partition.Topic, partition.Number, lost.Offset), null, null, NoHeaders, DateTimeOffset.UnixEpoch)
            {
                Damage = $"the repair of {loss.RepairedAt:u} could not recover it",
                IsLost = true
            }
            : throw LogErrors.Damaged(_files, string.Create(CultureInfo.InvariantCulture, $"The embedded log '{_files.Database}' is "
                + $"damaged: {partition.Topic}/{partition.Number}/{lost.Offset} and perhaps more before {to} cannot be found in it.")));
    }

    /// <summary>Reads the begin offset from the catalog: retention deletes records before the published state says so.</summary>
    private long StoredBegin(PartitionState partition)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "SELECT id, entry, checksum FROM catalog WHERE id / 2 = $id";
        command.Parameters.AddWithValue("$id", EntryId.Partition(partition.Id));
        using var rows = command.ExecuteReader();
        var begin = partition.Begin;
        while (rows.Read())
        {
            if (LogCatalog.Parse(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetInt64(2)) is PartitionEntry entry)
                begin = Math.Max(begin, entry.Begin);
        }

        return begin;
    }

    private LogRecord Record(PartitionState partition, RecordRow row)
    {
        var (headers, headerDamage) = HeaderCodec.Decode(row.Headers);
        var (time, timeDamage) = RecordTimestamp.FromUnixMilliseconds(row.Timestamp);
        var (received, receivedDamage) = RecordTimestamp.FromUnixMilliseconds(row.Appended);
        return new(new(partition.Topic, partition.Number, LogSchema.Offset(row.Id)), row.Key, row.Value, headers, time)
        {
            ReceivedAt = received,
            Damage = headerDamage ?? timeDamage ?? receivedDamage ?? row.FindDamage(_checksum, partition.ChecksumFrom),
        };
    }
}

/// <summary>A pool of read sessions; SQLite's calls run on the thread pool, never on the caller's thread.</summary>
internal sealed class ReadSessions(LogFiles files, long seed) : IDisposable
{
    private readonly ConcurrentBag<ReadSession> _free = [];
    private LogUnavailableException? _damage;

    /// <summary>The first damage that a read has found.</summary>
    public LogUnavailableException? Damage => Volatile.Read(ref _damage);

    /// <exception cref="LogUnavailableException">The file is damaged or cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<ReadSession, T> read, CancellationToken cancellation) => Task.Run(
        () =>
        {
            try
            {
                return LogErrors.Run(files, () => Read(read));
            }
            catch (LogUnavailableException e) when (e.IsDamaged)
            {
                Interlocked.CompareExchange(ref _damage, e, null);
                throw;
            }
        },
        cancellation);

    public void Dispose()
    {
        while (_free.TryTake(out var session))
            session.Dispose();
    }

    private T Read<T>(Func<ReadSession, T> read)
    {
        if (!_free.TryTake(out var session))
            session = new(files, seed);
        try
        {
            return read(session);
        }
        finally
        {
            _free.Add(session);
        }
    }
}
