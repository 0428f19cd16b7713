using Microsoft.Data.Sqlite;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>
/// Upgrades a log of version 1 to the current format, in one transaction: its small tables become the catalog, and records get a column for
/// a checksum, which those that are there already do not have. Nothing of them is rewritten, so it takes no longer for a large log.
/// </summary>
internal static class LogUpgrade
{
    public const int From = 1;

    public static LogCatalog Run(SqliteConnection connection, long seed)
    {
        LogSchema.Execute(connection, $"{LogSchema.Catalog}; ALTER TABLE records ADD COLUMN checksum INTEGER");
        var catalog = LogCatalog.Create(connection, seed);
        foreach (var (id, topic) in Topics(connection))
            catalog.Put(EntryId.Topic(id), topic);
        foreach (var (id, partition) in Partitions(connection))
            catalog.Put(EntryId.Partition(id), partition);
        var number = 0;
        foreach (var position in Positions(connection))
            catalog.Put(EntryId.GroupOffset(number++), position);
        LogSchema.Execute(connection, "DROP TABLE offsets; DROP TABLE partitions; DROP TABLE topics");
        return catalog;
    }

    public static List<(long Id, TopicEntry Entry)> Topics(SqliteConnection connection) => LogSchema.Query(
        connection, "SELECT id, name, max_age_ms, max_bytes FROM topics",
        static row => (row.GetInt64(0), new TopicEntry(
            row.GetString(1),
            row.IsDBNull(2) ? null : row.GetInt64(2),
            row.IsDBNull(3) ? null : row.GetInt64(3))));

    public static List<(long Id, PartitionEntry Entry)> Partitions(SqliteConnection connection) => LogSchema.Query(
        connection, "SELECT p.id, t.name, p.number, begin_offset, end_offset, bytes FROM partitions p JOIN topics t ON t.id = p.topic",
        static row => (row.GetInt64(0), new PartitionEntry(
            row.GetString(1),
            row.GetInt32(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt64(5),
            ChecksumFrom: row.GetInt64(4))));

    public static List<GroupOffsetEntry> Positions(SqliteConnection connection) => LogSchema.Query(
        connection, "SELECT \"group\", partition, next_offset FROM offsets", static row => new GroupOffsetEntry(
            row.GetString(0),
            row.GetInt64(1),
            row.GetInt64(2)));
}
