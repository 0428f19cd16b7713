using System.Globalization;
using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>Copies all readable records of a damaged log into a new one.</summary>
/// <param name="images">The pages of the damaged log.</param>
/// <param name="summary">Its note of commits; null: damaged or missing.</param>
internal sealed class RecordRecovery(PageImages images, RecoveredCatalog found, CommitSummary? summary, DateTimeOffset now)
{
    private static readonly int[] Columns = [7, 8];

    private readonly long _seed = CommitSummary.NewSeed();
    private readonly Dictionary<long, PartitionEntry> _partitions = [];
    private readonly HashSet<long> _unknown = [];
    private long _unassigned, _recovered;

    /// <exception cref="InvalidDataException">
    /// Neither the catalog nor the summary can be read, so records cannot be told from damage.
    /// </exception>
    public (CommitSummary Note, RecoverySummary Result) Run(string database, CancellationToken cancellation)
    {
        using var connection = LogSchema.Open(database, SqliteOpenMode.ReadWrite);
        LogSchema.Execute(connection, "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        LogSchema.Execute(connection, $"BEGIN; {LogSchema.Records}; {LogSchema.Catalog}");
        Recover(connection, cancellation);
        var head = WriteCatalog(connection);
        LogSchema.Execute(
            connection,
            $"PRAGMA user_version = {LogSchema.Version}; PRAGMA application_id = {LogSchema.ApplicationId}; COMMIT");
        var missing = summary is { } noted && found.Head is { } last
            ? (Commits: noted.Commits - last.Commit, Records: noted.Records - last.Records)
            : default;
        return (new(_seed, head.Commit, head.Records, 0), new(
            _recovered,
            [.. Losses(connection)],
            Math.Max(0, missing.Commits),
            Math.Max(0, missing.Records),
            found.Lost,
            _unassigned));
    }

    /// <summary>Copies every record that is proved by its checksum; of each there may be several identical images.</summary>
    private void Recover(SqliteConnection connection, CancellationToken cancellation)
    {
        var known = found.All<PartitionEntry>().Concat(found.Gaps())
            .ToDictionary(static p => EntryId.PartitionOf(p.Id), static p => p.Entry);
        var gaps = found.Gaps().Select(static p => EntryId.PartitionOf(p.Id)).ToHashSet();
        var seed = found.Head?.Seed ?? summary?.Seed;
        if (seed is null && !found.All<PartitionEntry>().Any())
            throw new InvalidDataException("neither its catalog nor its commit file can be read");
        var (old, fresh, scan) = (new RecordChecksum(seed ?? 0), new RecordChecksum(_seed), new CellScanner(images));
        using var insert = Insert(connection);
        foreach (var image in images.All())
        {
            cancellation.ThrowIfCancellationRequested();
            var isNewest = images.Newest(image.Page) == image;
            foreach (var row in scan.Rows(
                image,
                Columns,
                row => Record(row) is { } record && IsProved(record, old, known, row.Listed && isNewest)))
            {
                CopyRecord(Record(row)!, insert, fresh, known, gaps);
            }
        }
        foreach (var (id, entry) in known)
            _partitions[id] = entry;
    }

    /// <summary>
    /// The size follows from the rest, so it may be damaged. A record of an older version has no checksum: it must stand where its page
    /// says, with the length it had when it was written.
    /// </summary>
    private static bool IsProved(
        RecordRow row,
        RecordChecksum checksum,
        Dictionary<long, PartitionEntry> known,
        bool isListed) => row.Checksum is { } stored
        ? checksum.Compute(row) == stored
        : isListed && row.Size == row.Bytes && known.TryGetValue(LogSchema.Partition(row.Id), out var partition)
            && LogSchema.Offset(row.Id) < partition.ChecksumFrom;

    private void CopyRecord(
        RecordRow row,
        SqliteCommand insert,
        RecordChecksum checksum,
        Dictionary<long, PartitionEntry> known,
        HashSet<long> gaps)
    {
        var (id, offset) = (LogSchema.Partition(row.Id), LogSchema.Offset(row.Id));
        if (!known.TryGetValue(id, out var partition))
        {
            _unassigned += _unknown.Add(row.Id) ? 1 : 0;
            return;
        }
        if (gaps.Contains(id))
        {
            known[id] = partition = partition with
            {
                Begin = partition.End == 0
                ? offset
                : Math.Min(partition.Begin, offset),
                End = Math.Max(partition.End, offset + 1)
            };
        }

        if (offset < partition.Begin || offset >= partition.End)
            return;
        object?[] values = [row.Id, row.Timestamp, row.Appended, row.Bytes, row.Key, row.Value, row.Headers, row.Checksum is null
            ? null
            : checksum.Compute(row)];
        for (var i = 0; i < values.Length; i++)
            insert.Parameters[i].Value = values[i] ?? DBNull.Value;
        _recovered += insert.ExecuteNonQuery();
    }

    private HeadEntry WriteCatalog(SqliteConnection connection)
    {
        var (commit, records) = (Math.Max(summary?.Commits ?? 0, found.Head?.Commit ?? 0), Math.Max(
            summary?.Records ?? 0,
            found.Head?.Records ?? 0));
        var catalog = LogCatalog.Create(connection, _seed, commit, records);
        var bytes = LogSchema.Query(
            connection,
            "SELECT id >> 43, sum(size) FROM records GROUP BY 1",
            static row => (row.GetInt64(0), row.GetInt64(1))).ToDictionary();
        foreach (var (id, topic) in found.All<TopicEntry>())
            catalog.Put(id, topic);
        var topics = found.All<TopicEntry>().Select(static t => t.Entry.Name).ToHashSet();
        var next = found.All<TopicEntry>().Select(static t => t.Id).DefaultIfEmpty(EntryId.Topic(0)).Max();
        foreach (var name in _partitions.Values.Select(static p => p.Topic).Where(topics.Add))
            catalog.Put(++next, new TopicEntry(name, null, null));
        foreach (var (id, partition) in _partitions)
            catalog.Put(EntryId.Partition(id), partition with { Bytes = bytes.GetValueOrDefault(id) });
        foreach (var (id, position) in found.All<GroupOffsetEntry>())
        {
            if (_partitions.TryGetValue(position.Partition, out var partition))
                catalog.Put(id, position with { Next = Math.Min(position.Next, partition.End) });
        }

        var number = 0;
        foreach (var (from, to, id) in Missing(connection))
            catalog.Put(EntryId.LostRange(number++), new LostRangeEntry(id, from, to, Known(id, from)?.RepairedAt ?? now));
        catalog.PutHead(0);
        catalog.OnCommitted();
        return catalog.Head;
    }

    /// <summary>Omits what an earlier repair has reported.</summary>
    private IEnumerable<LostRecords> Losses(SqliteConnection connection) =>
        from missing in Missing(connection)
        where Known(missing.Id, missing.From) is null
        select new LostRecords(_partitions[missing.Id].Topic, _partitions[missing.Id].Number, missing.From, missing.To);

    private LostRangeEntry? Known(long partition, long offset) =>
        found.All<LostRangeEntry>().Select(static l => l.Entry)
            .FirstOrDefault(l => l.Partition == partition && offset >= l.From && offset < l.To);

    /// <summary>Offsets without a record, in one piece where they are lost by the same repair.</summary>
    private IEnumerable<(long From, long To, long Id)> Missing(SqliteConnection connection)
    {
        foreach (var (id, partition) in _partitions.OrderBy(static p => p.Value.Topic, StringComparer.Ordinal)
            .ThenBy(static p => p.Value.Number))
        {
            var next = partition.Begin;
            var offsets = LogSchema.Query(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT id FROM records WHERE id >= "
                + $"{LogSchema.RowId(id, partition.Begin)} AND id < {LogSchema.RowId(id, partition.End)} ORDER BY "
                + $"id"), static row => LogSchema.Offset(row.GetInt64(0)));
            foreach (var offset in offsets.Append(partition.End))
            {
                foreach (var piece in Pieces(id, next, offset))
                    yield return piece;
                next = offset + 1;
            }
        }
    }

    private IEnumerable<(long From, long To, long Id)> Pieces(long id, long from, long to)
    {
        var bounds = found.All<LostRangeEntry>().Where(l => l.Entry.Partition == id)
            .SelectMany(static l => new[] { l.Entry.From, l.Entry.To })
            .Where(at => at > from && at < to)
            .Distinct()
            .Order()
            .Append(to);
        foreach (var bound in from < to ? bounds : [])
        {
            yield return (from, bound, id);
            from = bound;
        }
    }

    private static SqliteCommand Insert(SqliteConnection connection)
    {
        var insert = connection.CreateCommand();
        insert.CommandText = "INSERT OR IGNORE INTO records VALUES ($0, $1, $2, $3, $4, $5, $6, $7)";
        for (var i = 0; i < 8; i++)
            insert.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        return insert;
    }

    private static RecordRow? Record(RecoveredRow row) => row.Columns is [null, long timestamp, long appended, long size, ..]
        && row.Columns[4] is null or byte[] && row.Columns[5] is null or byte[] && row.Columns[6] is null or byte[] && (row.Columns
            .Length == 7 || row.Columns[7] is null or long)
            ? new(
                row.RowId,
                timestamp,
                appended,
                size,
                row.Columns[4] as byte[],
                row.Columns[5] as byte[],
                row.Columns[6] as byte[],
                row.Columns.Length == 8 ? (long?)row.Columns[7] : null)
            : null;
}

/// <summary>Counts what a recovery found.</summary>
internal sealed record RecoverySummary(
    long Recovered,
    IReadOnlyList<LostRecords> Lost,
    long MissingCommits,
    long MissingRecords,
    int LostEntries,
    long Unassigned);
