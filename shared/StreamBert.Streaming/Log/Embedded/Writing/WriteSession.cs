using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Writing;

/// <summary>The only writing connection and its prepared statements. Only the writer uses it.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly LogFiles _files;
    private readonly SqliteConnection _connection;
    private readonly LogCatalog _catalog;
    private readonly CommitFile _commits;
    private readonly ILogger _logger;
    private readonly RecordChecksum _checksum;
    private readonly SqliteCommand _insert;
    private readonly Dictionary<(string Group, long Partition), long> _positions;
    private int _inserted;

    public WriteSession(LogFiles files, OpenedLog open, ILogger logger)
    {
        (_files, _connection, _catalog, _commits, _logger) = (files, open.Connection, open.Catalog, open.Commits, logger);
        _checksum = new(_catalog.Head.Seed);
        _insert = Prepare("INSERT INTO records VALUES ($p0, $p1, $p2, $p3, $p4, $p5, $p6, $p7)", 8);
        _positions = _catalog.All<GroupOffsetEntry>().ToDictionary(static p => (p.Entry.Group, p.Entry.Partition), static p => p.Id);
    }

    /// <summary>The seed of the record checksums.</summary>
    public long Seed => _catalog.Head.Seed;

    /// <summary>Runs one transaction. When it returns, the changes are on the disk, and the commit file counts them.</summary>
    public void Transaction(Action work)
    {
        LogSchema.Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            _inserted = 0;
            work();
            if (_inserted > 0 || _catalog.HasChanges)
                _catalog.PutHead(_inserted);
            LogSchema.Execute(_connection, "COMMIT");
        }
        catch
        {
            _catalog.OnRolledBack();
            Rollback();
            throw;
        }
        _catalog.OnCommitted();
        WriteCommitFile(flush: false);
    }

    /// <returns>The record's offset.</returns>
    public long Insert(PartitionState partition, NewRecord record, long appendedMs)
    {
        var headers = HeaderCodec.Encode(record.Headers);
        var size = (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + (headers?.Length ?? 0);
        var offset = partition.AllocateOffset(size);
        var row = new RecordRow(
            LogSchema.RowId(partition.Id, offset),
            record.Timestamp.ToUnixTimeMilliseconds(),
            appendedMs,
            size,
            record.Key,
            record.Value,
            headers,
            null);
        Run(_insert, row.Id, row.Timestamp, row.Appended, row.Size, row.Key, row.Value, row.Headers, _checksum.Compute(row));
        _inserted++;
        return offset;
    }

    public void SaveEnd(PartitionState partition) => _catalog.Put(EntryId.Partition(partition.Id), partition.ToEntry());

    public void SaveOffset(string group, PartitionState partition, long next)
    {
        if (!_positions.TryGetValue((group, partition.Id), out var id))
            _positions[(group, partition.Id)] = id = EntryId.GroupOffset(_positions.Count);
        _catalog.Put(id, new GroupOffsetEntry(group, partition.Id, next));
    }

    public void CreateTopic(TopicSpec spec)
    {
        var first = Next(_catalog.All<PartitionEntry>().Select(static p => EntryId.PartitionOf(p.Id)));
        _catalog.Put(
            EntryId.Topic(Next(_catalog.All<TopicEntry>().Select(static t => t.Id - EntryId.Topic(0)))),
            new TopicEntry(spec.Name, null, null));
        for (var number = 0; number < spec.Partitions; number++)
            _catalog.Put(EntryId.Partition(first + number), new PartitionEntry(spec.Name, number, 0, 0, 0, ChecksumFrom: 0));
    }

    public void SetRetention(TopicSpec spec)
    {
        var (id, topic) = _catalog.All<TopicEntry>().First(t => t.Entry.Name == spec.Name);
        var changed = topic with { MaxAgeMs = (long?)spec.MaxAge?.TotalMilliseconds, MaxBytes = spec.MaxBytes };
        if (changed != topic)
            _catalog.Put(id, changed);
    }

    /// <summary>Writes the WAL back into the database, so that new topics survive the loss of the WAL.</summary>
    public void Checkpoint() => LogSchema.Execute(_connection, "PRAGMA wal_checkpoint(PASSIVE)");

    /// <summary>Reads the oldest records of a partition, with the damage of each.</summary>
    public IEnumerable<(RecordRow Row, string? Damage)> Oldest(PartitionState partition)
    {
        using var command = Prepare($"{RecordRowReader.Select} WHERE id >= $p0 AND id < $p1 ORDER BY id", 2);
        using var rows = Bind(command, LogSchema.RowId(partition.Id, partition.Begin), LogSchema.RowId(partition.Id, partition.End))
            .ExecuteReader();
        while (rows.Read())
        {
            var row = RecordRowReader.Read(rows);
            yield return (row, row.FindDamage(_checksum, partition.ChecksumFrom));
        }
    }

    /// <summary>
    /// Deletes the records before <paramref name="begin"/>. The file does not shrink: its free pages hold the next records.
    /// </summary>
    public void Trim(PartitionState partition, long begin, long bytes) => Transaction(() =>
    {
        using var delete = Prepare("DELETE FROM records WHERE id >= $p0 AND id < $p1", 2);
        Run(delete, LogSchema.RowId(partition.Id, partition.Begin), LogSchema.RowId(partition.Id, begin));
        _catalog.Put(EntryId.Partition(partition.Id), partition.ToEntry() with { Begin = begin, Bytes = bytes });
    });

    /// <summary>Adds topics of the catalog that are not in memory yet, and updates the retention of all.</summary>
    public void LoadTopics(LogState state)
    {
        var losses = _catalog.All<LostRangeEntry>().ToLookup(static loss => loss.Entry.Partition, static loss => loss.Entry);
        var partitions = _catalog.All<PartitionEntry>().Where(p => !state.Topics.ContainsKey(p.Entry.Topic))
            .Select(static p => (Id: EntryId.PartitionOf(p.Id), p.Entry)).OrderBy(static p => p.Entry.Number)
            .ToLookup(static p => p.Entry.Topic, p => new PartitionState(p.Id, p.Entry, [.. losses[p.Id]]));
        foreach (var (_, entry) in _catalog.All<TopicEntry>())
        {
            var topic = state.Topics
                .GetOrAdd(entry.Name, static (name, partitions) => new TopicState(name, [.. partitions[name]]), partitions);
            topic.MaxAge = entry.MaxAgeMs is { } age ? TimeSpan.FromMilliseconds(age) : null;
            topic.MaxBytes = entry.MaxBytes;
        }
    }

    public void LoadOffsets(LogState state)
    {
        var partitions = state.Topics.Values.SelectMany(static t => t.Partitions).ToDictionary(static p => p.Id);
        foreach (var (_, position) in _catalog.All<GroupOffsetEntry>())
        {
            if (partitions.TryGetValue(position.Partition, out var partition))
                state.Group(position.Group).Committed[partition] = position.Next;
        }
    }

    /// <summary>
    /// Writes the WAL back into the database first, so that SQLite deletes the WAL with the last connection; a reader of another process
    /// may keep it.
    /// </summary>
    public void Dispose()
    {
        try
        {
            WriteCommitFile(flush: true);
            LogSchema.Execute(_connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            LogSchema.KeepWal(_connection, false);
        }
        catch (SqliteException e)
        {
            _logger.LogWarning(
                "The WAL of {File} could not be written back; the next start writes it back: {Reason}",
                _files.Database,
                e.Message);
        }
        _insert.Dispose();
        _catalog.Dispose();
        _connection.Dispose();
        _commits.Dispose();
    }

    /// <summary>Writes the commit file. The commit is valid even if that fails: an older file only detects less.</summary>
    private void WriteCommitFile(bool flush)
    {
        try
        {
            _commits.Write(_catalog.Head.Commit, _catalog.Head.Records, flush);
        }
        catch (IOException e)
        {
            _logger.LogWarning(
                "'{File}' cannot be written, so lost commits may not be detected from now on: {Reason}",
                _files.Commits,
                e.Message);
        }
    }

    private static long Next(IEnumerable<long> numbers) => numbers.DefaultIfEmpty(0).Max() + 1;

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
