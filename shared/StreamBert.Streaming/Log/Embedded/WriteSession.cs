using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded;

/// <summary>The one writing connection and its prepared statements. Used by the writer alone.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _saveEnd;
    private readonly SqliteCommand _saveOffset;

    /// <param name="maxBytes">Bytes the file may grow to; null: any.</param>
    public WriteSession(string file, long? maxBytes = null)
    {
        _connection = LogSchema.OpenForWriting(file);
        if (maxBytes is { } most)
            LogSchema.LimitSize(_connection, most);
        _insert = Prepare("INSERT INTO records VALUES ($p0, $p1, $p2, $p3, $p4, $p5, $p6)", 7);
        _saveEnd = Prepare("UPDATE partitions SET end_offset = $p1, bytes = $p2 WHERE id = $p0", 3);
        _saveOffset = Prepare("INSERT INTO offsets VALUES ($p0, $p1, $p2) ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset", 3);
    }

    public void Transaction(Action work)
    {
        LogSchema.Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            work();
            LogSchema.Execute(_connection, "COMMIT");
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <returns>The record's offset.</returns>
    public long Insert(PartitionState partition, NewRecord record, long appendedMs)
    {
        var headers = HeaderCodec.Encode(record.Headers);
        var size = (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + (headers?.Length ?? 0);
        var offset = partition.Take(size);
        Run(_insert, LogSchema.RowId(partition.Id, offset), record.Timestamp.ToUnixTimeMilliseconds(), appendedMs, size, record.Key, record.Value, headers);
        return offset;
    }

    public void SaveEnd(PartitionState partition) => Run(_saveEnd, partition.Id, partition.PendingEnd, partition.PendingBytes);

    public void SaveOffset(string group, PartitionState partition, long next) => Run(_saveOffset, group, partition.Id, next);

    public void CreateTopic(TopicSpec spec)
    {
        using var topic = Prepare("INSERT INTO topics (name) VALUES ($p0) RETURNING id", 1);
        using var partition = Prepare("INSERT INTO partitions (topic, number, begin_offset, end_offset, bytes) VALUES ($p0, $p1, 0, 0, 0)", 2);
        var id = (long)Bind(topic, spec.Name).ExecuteScalar()!;
        for (var number = 0; number < spec.Partitions; number++)
            Run(partition, id, number);
    }

    public void SetRetention(TopicSpec spec)
    {
        using var command = Prepare("UPDATE topics SET max_age_ms = $p1, max_bytes = $p2 WHERE name = $p0", 3);
        Run(command, spec.Name, (long?)spec.MaxAge?.TotalMilliseconds, spec.MaxBytes);
    }

    /// <summary>The oldest records of a partition: offset, when each was appended (Unix milliseconds) and its size.</summary>
    public IEnumerable<(long Offset, long AppendedMs, long Size)> Oldest(PartitionState partition)
    {
        using var command = Prepare("SELECT id, appended, size FROM records WHERE id >= $p0 AND id < $p1 ORDER BY id", 2);
        using var rows = Bind(command, LogSchema.RowId(partition.Id, partition.Begin), LogSchema.RowId(partition.Id, partition.End)).ExecuteReader();
        while (rows.Read())
            yield return (LogSchema.Offset(rows.GetInt64(0)), rows.GetInt64(1), rows.GetInt64(2));
    }

    /// <summary>Removes what stands before <paramref name="begin"/>. The file does not shrink: its free pages take the next records.</summary>
    public void Trim(PartitionState partition, long begin, long bytes) => Transaction(() =>
    {
        using var delete = Prepare("DELETE FROM records WHERE id >= $p0 AND id < $p1", 2);
        using var save = Prepare("UPDATE partitions SET begin_offset = $p1, bytes = $p2 WHERE id = $p0", 3);
        Run(delete, LogSchema.RowId(partition.Id, partition.Begin), LogSchema.RowId(partition.Id, begin));
        Run(save, partition.Id, begin, bytes);
    });

    /// <summary>Adds topics that are in the tables and not yet known, and brings the retention of all up to date.</summary>
    public void LoadTopics(LogState state)
    {
        var partitions = LoadPartitions().ToLookup(static x => x.Topic, static x => x.State);
        using var command = Prepare("SELECT id, name, max_age_ms, max_bytes FROM topics", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var (id, name) = (rows.GetInt64(0), rows.GetString(1));
            var topic = state.Topics.GetOrAdd(name, _ => new TopicState(id, name, [.. partitions[name]]));
            topic.MaxAge = rows.IsDBNull(2) ? null : TimeSpan.FromMilliseconds(rows.GetInt64(2));
            topic.MaxBytes = rows.IsDBNull(3) ? null : rows.GetInt64(3);
        }
    }

    public void LoadOffsets(LogState state)
    {
        var partitions = state.Topics.Values.SelectMany(static t => t.Partitions).ToDictionary(static p => p.Id);
        using var command = Prepare("SELECT \"group\", partition, next_offset FROM offsets", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            state.Group(rows.GetString(0)).Committed[partitions[rows.GetInt64(1)]] = rows.GetInt64(2);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _saveEnd.Dispose();
        _saveOffset.Dispose();
        _connection.Dispose();
    }

    private IEnumerable<(string Topic, PartitionState State)> LoadPartitions()
    {
        using var command = Prepare(
            "SELECT t.name, p.id, p.number, begin_offset, end_offset, bytes FROM partitions p JOIN topics t ON t.id = p.topic ORDER BY p.topic, p.number", 0);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return (rows.GetString(0), new(rows.GetInt64(1), rows.GetString(0), rows.GetInt32(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5)));
    }

    /// <summary>SQLite ends some failed transactions by itself (a full disk); then there is nothing left to roll back.</summary>
    private void Rollback()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) == 0)
            LogSchema.Execute(_connection, "ROLLBACK");
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object?> values) => Bind(command, values).ExecuteNonQuery();
}
