using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>A read-only connection with its prepared statement. One user at a time.</summary>
internal sealed class ReadSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _range;
    private readonly SqliteParameter _from;
    private readonly SqliteParameter _to;

    public ReadSession(string file)
    {
        _connection = LogSchema.Open(file, SqliteOpenMode.ReadOnly);
        _range = _connection.CreateCommand();
        _range.CommandText = "SELECT id, timestamp, key, value, headers, appended FROM records WHERE id >= $from AND id < $to ORDER BY id";
        _from = _range.Parameters.Add("$from", SqliteType.Integer);
        _to = _range.Parameters.Add("$to", SqliteType.Integer);
        _range.Prepare();
    }

    /// <summary>The records of a partition from one offset to below another, read as they are enumerated.</summary>
    public IEnumerable<LogRecord> Range(PartitionState partition, long from, long to)
    {
        _from.Value = LogSchema.RowId(partition.Id, from);
        _to.Value = LogSchema.RowId(partition.Id, to);
        using var rows = _range.ExecuteReader();
        while (rows.Read())
            yield return Record(partition, rows);
    }

    public void Dispose()
    {
        _range.Dispose();
        _connection.Dispose();
    }

    private static LogRecord Record(PartitionState partition, SqliteDataReader rows)
    {
        var (headers, headerDamage) = HeaderCodec.Decode(Bytes(rows, 4));
        var (time, timeDamage) = RecordTime.Of(rows.GetInt64(1));
        var (received, receivedDamage) = RecordTime.Of(rows.GetInt64(5));
        return new(new(partition.Topic, partition.Number, LogSchema.Offset(rows.GetInt64(0))), Bytes(rows, 2), Bytes(rows, 3), headers, time)
        {
            ReceivedAt = received,
            Damage = headerDamage ?? timeDamage ?? receivedDamage,
        };
    }

    private static byte[]? Bytes(SqliteDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetFieldValue<byte[]>(column);
}

/// <summary>Read sessions that are lent and given back; SQLite's calls run on the thread pool, never on the caller's thread.</summary>
internal sealed class ReadSessions(string file) : IDisposable
{
    private readonly ConcurrentBag<ReadSession> _free = [];

    public Task<T> ReadAsync<T>(Func<ReadSession, T> read, CancellationToken cancellation) => Task.Run(
        () =>
        {
            if (!_free.TryTake(out var session))
                session = new(file);
            try
            {
                return read(session);
            }
            finally
            {
                _free.Add(session);
            }
        },
        cancellation);

    public void Dispose()
    {
        while (_free.TryTake(out var session))
            session.Dispose();
    }
}
