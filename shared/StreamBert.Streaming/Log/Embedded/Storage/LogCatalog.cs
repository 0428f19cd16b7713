using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>The entries of the catalog, as of the last commit and as of the running transaction. Only the writer uses it.</summary>
internal sealed class LogCatalog : IDisposable
{
    /// <summary>Each entry is stored in two consecutive rows.</summary>
    private const int Copies = 2;

    private readonly SqliteCommand _put;
    private readonly Dictionary<long, CatalogEntry> _committed;
    private readonly Dictionary<long, CatalogEntry> _pending = [];
    private readonly HashSet<long> _restored;

    private LogCatalog(SqliteConnection connection, Dictionary<long, CatalogEntry> committed, HashSet<long> restored)
    {
        (_committed, _restored) = (committed, restored);
        _put = connection.CreateCommand();
        _put.CommandText = "INSERT INTO catalog VALUES ($id, $entry, $checksum) ON CONFLICT DO UPDATE SET entry = excluded.entry, "
            + "checksum = excluded.checksum";
        foreach (var name in new[] { "$id", "$entry", "$checksum" })
            _put.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    public HeadEntry Head => (HeadEntry)_committed[EntryId.Head];

    /// <summary>The number of entries of which one copy was damaged; both copies are written with the next commit.</summary>
    public int RestoredEntries => _restored.Count;

    /// <summary>Creates the catalog of a new log, to be written in the running transaction.</summary>
    /// <param name="commit">The number of earlier commits, of a log that continues another one.</param>
    /// <param name="records">The number of records that those commits appended.</param>
    public static LogCatalog Create(SqliteConnection connection, long seed, long commit = 0, long records = 0) =>
        new(connection, new() { [EntryId.Head] = new HeadEntry(seed, records, 1) { Commit = commit } }, []);

    /// <exception cref="InvalidDataException">Both copies of an entry are damaged, or some are missing.</exception>
    public static LogCatalog Read(SqliteConnection connection)
    {
        var copies = ReadRows(connection).GroupBy(static row => row.Id / Copies).ToList();
        var entries = new Dictionary<long, CatalogEntry>();
        foreach (var entry in copies)
        {
            entries[entry.Key] = entry.Select(static row => row.Entry).OfType<CatalogEntry>().MaxBy(static e => e.Commit)
                ?? throw new InvalidDataException($"both copies of the entry {entry.Key} of its catalog are damaged");
        }

        if (entries.GetValueOrDefault(EntryId.Head) is not HeadEntry head)
            throw new InvalidDataException("the head of its catalog is missing");
        return entries.Count == head.Entries
            ? new(
                connection,
                entries,
                [.. copies.Where(c => c.Count(row => row.Entry == entries[c.Key]) < Copies).Select(static c => c.Key)])
            : throw new InvalidDataException($"its catalog has {entries.Count} entries of {head.Entries}");
    }

    /// <summary>Parses an entry from the bytes of a row; null if it is damaged.</summary>
    public static CatalogEntry? Parse(long rowId, byte[] entry, long checksum)
    {
        if (RecordChecksum.Compute(rowId, entry) != checksum)
            return null;
        try
        {
            return JsonSerializer.Deserialize(entry, CatalogJson.Default.CatalogEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public IEnumerable<(long Id, T Entry)> All<T>() where T : CatalogEntry
    {
        foreach (var (id, entry) in _committed.OrderBy(static e => e.Key))
        {
            if ((_pending.GetValueOrDefault(id) ?? entry) is T found)
                yield return (id, found);
        }

        foreach (var (id, entry) in _pending.OrderBy(static e => e.Key))
        {
            if (!_committed.ContainsKey(id) && entry is T found)
                yield return (id, found);
        }
    }

    public T? Find<T>(long id) where T : CatalogEntry => (_pending.GetValueOrDefault(id) ?? _committed.GetValueOrDefault(id)) as T;

    /// <summary>Writes an entry in the running transaction.</summary>
    public void Put(long id, CatalogEntry entry)
    {
        var written = entry with { Commit = Head.Commit + 1 };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(written, CatalogJson.Default.CatalogEntry);
        for (var copy = 0; copy < Copies; copy++)
        {
            var rowId = id * Copies + copy;
            (_put.Parameters[0].Value, _put.Parameters[1].Value, _put.Parameters[2].Value) = (rowId, bytes, RecordChecksum.Compute(
                rowId,
                bytes));
            _put.ExecuteNonQuery();
        }
        _pending[id] = written;
    }

    /// <summary>Whether the running transaction has written any entry.</summary>
    public bool HasChanges => _pending.Count > 0;

    /// <summary>Writes the head, last in a transaction.</summary>
    /// <param name="records">The number of records that the transaction appends.</param>
    public void PutHead(long records)
    {
        foreach (var id in _restored.Where(id => !_pending.ContainsKey(id)))
            Put(id, _committed[id]);
        var added = _pending.Keys.Count(id => !_committed.ContainsKey(id));
        Put(EntryId.Head, Head with { Records = Head.Records + records, Entries = _committed.Count + added });
    }

    /// <summary>Applies the entries of the transaction after it was committed.</summary>
    public void OnCommitted()
    {
        foreach (var (id, entry) in _pending)
            _committed[id] = entry;
        _pending.Clear();
        _restored.Clear();
    }

    /// <summary>Discards the entries of the transaction after it was rolled back.</summary>
    public void OnRolledBack() => _pending.Clear();

    public void Dispose() => _put.Dispose();

    private static IEnumerable<(long Id, CatalogEntry? Entry)> ReadRows(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, entry, checksum FROM catalog ORDER BY id";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            yield return (rows.GetInt64(0), rows.IsDBNull(1)
                ? null
                : Parse(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1), rows.GetInt64(2)));
        }
    }
}
