using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>The catalog of a damaged log, as far as a copy of each entry is readable.</summary>
internal sealed class RecoveredCatalog
{
    private const int CopiesOfEntry = 2;
    private static readonly int[] Columns = [3];

    private readonly Dictionary<long, CatalogEntry> _entries = [];

    public HeadEntry? Head => _entries.GetValueOrDefault(EntryId.Head) as HeadEntry;

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Entries of which both copies are lost; without a head at least that one.</summary>
    public int Lost => Head is { } head ? Math.Max(0, head.Entries - _entries.Count) : IsOld ? 0 : 1;

    /// <summary>Whether it was read from the tables of version 1.</summary>
    private bool IsOld { get; init; }

    public IEnumerable<(long Id, T Entry)> All<T>() where T : CatalogEntry
    {
        foreach (var (id, entry) in _entries.OrderBy(static e => e.Key))
        {
            if (entry is T found)
                yield return (id, found);
        }
    }

    /// <summary>Reads the entries on all pages; of several versions the latest counts.</summary>
    public static RecoveredCatalog Read(PageImages images, CancellationToken cancellation)
    {
        var (catalog, scan) = (new RecoveredCatalog(), new CellScanner(images));
        foreach (var image in images.All())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var row in scan.Rows(image, Columns, static row => Entry(row) is not null))
                catalog.Add(row.RowId / CopiesOfEntry, Entry(row)!);
        }
        return catalog;
    }

    /// <summary>A log of version 1 has no catalog: its tables are read by SQLite, from a copy.</summary>
    /// <exception cref="SqliteException">They cannot be read.</exception>
    public static RecoveredCatalog ReadOld(SqliteConnection copy)
    {
        var catalog = new RecoveredCatalog { IsOld = true };
        foreach (var (id, topic) in LogUpgrade.Topics(copy))
            catalog.Add(EntryId.Topic(id), topic);
        foreach (var (id, partition) in LogUpgrade.Partitions(copy))
            catalog.Add(EntryId.Partition(id), partition);
        var number = 0;
        foreach (var position in LogUpgrade.Positions(copy))
            catalog.Add(EntryId.GroupOffset(number++), position);
        return catalog;
    }

    /// <summary>A partition whose entry is lost between others of its topic: the ids of a topic's partitions follow each other.</summary>
    public IReadOnlyList<(long Id, PartitionEntry Entry)> Gaps()
    {
        var gaps = new List<(long, PartitionEntry)>();
        foreach (var topic in All<PartitionEntry>().GroupBy(static p => p.Entry.Topic).ToList())
        {
            var (numbers, first) = (topic.Select(static p => p.Entry.Number).ToHashSet(), topic.First().Id - topic.First().Entry.Number);
            foreach (var number in Enumerable.Range(0, numbers.Max()).Where(n => !numbers.Contains(n)))
                gaps.Add((first + number, new(topic.Key, number, 0, 0, 0, 0)));
        }
        return gaps;
    }

    private void Add(long id, CatalogEntry entry)
    {
        if (!_entries.TryGetValue(id, out var known) || known.Commit < entry.Commit)
            _entries[id] = entry;
    }

    private static CatalogEntry? Entry(RecoveredRow row) =>
        row.Columns is [null, byte[] { Length: > 0 } entry, long checksum] && entry[0] == '{'
            ? LogCatalog.Parse(row.RowId, entry, checksum)
            : null;
}
