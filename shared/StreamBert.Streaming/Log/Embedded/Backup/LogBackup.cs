using System.Globalization;
using Microsoft.Data.Sqlite;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Groups;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Backup;

/// <summary>Counts what a copy of a log holds.</summary>
/// <param name="Records">The number of records in the copy.</param>
/// <param name="Damaged">The number of them that are damaged, as they are in the log.</param>
public sealed record BackupSummary(long Commits, long Records, long Damaged);

/// <summary>Copies an embedded log as of one moment, also while a process uses it, and verifies the copy.</summary>
public static class LogBackup
{
    /// <param name="directory">Of the log.</param>
    /// <param name="target">An existing directory that gets the files of the copy.</param>
    /// <exception cref="LogUnavailableException">The log is damaged or cannot be read.</exception>
    public static BackupSummary Copy(string directory, string target, TimeProvider time)
    {
        var (source, copy) = (new LogFiles(directory), new LogFiles(target));
        return LogErrors.Run(source, () => Copy(source, copy, time));
    }

    private static BackupSummary Copy(LogFiles source, LogFiles copy, TimeProvider time)
    {
        if (LogFiles.Length(source.Database) > 0 && !File.Exists(source.Commits) && IsOld(source))
        {
            throw new LogUnavailableException($"'{source.Database}' was written by an older version; let this one open it once "
                + $"('streambert up' or 'streambert verify --data {source.ForUser}'), then back it up.");
        }
        if (LogFiles.Length(source.Database) == 0 || CommitFile.Read(source.Commits) is not { } summary)
            throw LogErrors.Damaged(source, $"'{source.Database}' or '{source.Commits}' is missing, empty or damaged.");
        SqliteFile.Copy(source.Database, copy.Database);
        using var connection = LogSchema.Open(copy.Database, SqliteOpenMode.ReadOnly);
        using var catalog = Catalog(connection, source);
        if (catalog.Head.Commit < summary.Commits)
        {
            throw LogErrors.Damaged(source, string.Create(CultureInfo.InvariantCulture, $"{summary.Commits - catalog.Head.Commit} "
                + $"commits with {summary.Records - catalog.Head.Records} records are missing from the embedded log '{source.Database}'."));
        }
        var (records, damaged) = Count(connection, catalog, source);
        CommitFile.Create(copy.Commits, summary with { Commits = catalog.Head.Commit, Records = catalog.Head.Records }, time).Dispose();
        return new(catalog.Head.Commit, records, damaged);
    }

    private static bool IsOld(LogFiles source)
    {
        using var connection = LogSchema.Open(source.Database, SqliteOpenMode.ReadOnly);
        return LogSchema.Number(connection, "PRAGMA user_version") == LogUpgrade.From;
    }

    private static LogCatalog Catalog(SqliteConnection connection, LogFiles source)
    {
        try
        {
            return LogCatalog.Read(connection);
        }
        catch (InvalidDataException e)
        {
            throw LogErrors.Damaged(source, $"The embedded log '{source.Database}' is damaged: {e.Message}.", e);
        }
    }

    /// <summary>Reads and counts every record of the copy.</summary>
    private static (long Records, long Damaged) Count(SqliteConnection connection, LogCatalog catalog, LogFiles source)
    {
        var checksum = new RecordChecksum(catalog.Head.Seed);
        var losses = catalog.All<LostRangeEntry>().ToLookup(static l => l.Entry.Partition, static l => l.Entry);
        var partitions = catalog.All<PartitionEntry>().Select(
            p => new PartitionState(EntryId.PartitionOf(p.Id), p.Entry, [.. losses[EntryId.PartitionOf(p.Id)]])).ToDictionary(static p =>
                p.Id);
        var (expected, lost) = (partitions.Values.Sum(static p => p.End - p.Begin), losses.SelectMany(static l => l)
            .Sum(l => Math.Max(0, l.To - Math.Max(l.From, partitions[l.Partition].Begin))));
        var (records, damaged) = (0L, 0L);
        using var command = connection.CreateCommand();
        command.CommandText = RecordRowReader.Select;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var row = RecordRowReader.Read(rows);
            records++;
            damaged += partitions.TryGetValue(LogSchema.Partition(row.Id), out var partition)
                && row.FindDamage(checksum, partition.ChecksumFrom) is null ? 0 : 1;
        }
        return records == expected - lost ? (records, damaged)
            : throw LogErrors.Damaged(source, string.Create(CultureInfo.InvariantCulture,
                $"The embedded log '{source.Database}' is damaged: {records} records can be read of {expected - lost}."));
    }
}
