using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Storage;

namespace StreamBert.Streaming.Log.Embedded.Repair;

/// <summary>
/// Replaces a damaged log with a new one that holds all readable records; offsets and committed offsets of groups stay. The damaged files
/// are kept. At every moment the directory has either a log that refuses to open or one that is repaired, so a repair that is interrupted
/// can be run again.
/// </summary>
public static class LogRepair
{
    private const string Aside = "damaged-", Work = "repair.tmp", Report = "repair.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <exception cref="LogUnavailableException">There is no log, or so much is damaged that nothing can be recovered.</exception>
    /// <exception cref="LogInUseException">A process works on it.</exception>
    public static async Task<RepairReport> RunAsync(EventLogOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var files = new LogFiles(options.Directory);
        if (!File.Exists(files.Database) && !File.Exists(files.Wal) && !File.Exists(files.Commits))
        {
            throw new LogUnavailableException(
                $"There is no log in '{options.Directory}' to repair; restore a backup with 'streambert restore'.");
        }

        var (problem, records) = await DiagnoseAsync(options, time, cancellation);
        return problem is null
            ? new(null, records, [], 0, 0, null)
            : await Task.Run(() => LogErrors.Run(files, () => Repair(files, options, problem, time, cancellation)), cancellation);
    }

    /// <summary>Describes what is wrong; null if nothing is.</summary>
    private static async Task<(string? Problem, long Records)> DiagnoseAsync(
        EventLogOptions options,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var unswept = new EventLogOptions
        {
            Directory = options.Directory,
            DataDirectory = options.DataDirectory,
            OpenCheckTimeout = TimeSpan.MaxValue,
            RetentionCheckInterval = TimeSpan.FromDays(1)
        };
        try
        {
            await using var log = EmbeddedEventLog.Open(unswept, time, NullLogger<EmbeddedEventLog>.Instance);
            var (records, damaged, example) = (0L, 0L, "");
            foreach (var topic in log.State.Topics.Keys)
            {
                await foreach (var record in log.ReadToEndAsync(topic, null, cancellation))
                {
                    records++;
                    if (record.Damage is null || record.IsLost)
                        continue;
                    damaged++;
                    example = string.Create(
                        CultureInfo.InvariantCulture,
                        $"{topic}/{record.Position.Partition}/{record.Position.Offset}: {record.Damage}");
                }
            }

            return (damaged == 0
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{damaged} records are damaged, such as {example}."), records);
        }
        catch (LogUnavailableException e) when (e.IsDamaged)
        {
            return (e.Message, 0);
        }
    }

    private static RepairReport Repair(
        LogFiles files,
        EventLogOptions options,
        string problem,
        TimeProvider time,
        CancellationToken cancellation)
    {
        using var taken = DirectoryLock.Take(options.Directory, time.GetUtcNow());
        var (database, wal, commits) = Sources(files);
        if (LogFiles.Length(database) == 0 && LogFiles.Length(wal) == 0)
            throw LogErrors.Damaged(files, $"'{database}' is gone or empty, and there is no WAL either: there is nothing to recover.");
        var work = Path.Combine(files.Directory, Work);
        if (Directory.Exists(work))
            Directory.Delete(work, recursive: true);
        PrivateFiles.CreateDirectory(work);
        var target = new LogFiles(work);
        PrivateFiles.Create(target.Database);
        PrivateFiles.Create(database);
        var (summary, result) = Salvage(database, wal, CommitFile.Read(commits), target, time, cancellation);
        FlushToDisk(target.Database);
        CommitFile.Create(target.Commits, summary, time).Dispose();
        var damagedDirectory = NewDamagedDirectory(files, time.GetUtcNow());
        var report = new RepairReport(problem, result.Recovered, result.Lost, result.MissingCommits, result.MissingRecords,
            damagedDirectory)
        {
            LostEntries = result.LostEntries,
            Unassigned = result.Unassigned
        };
        Swap(files, target, damagedDirectory, report);
        MoveStateStore(options.DataDirectory, damagedDirectory);
        return report;
    }

    private static string NewDamagedDirectory(LogFiles files, DateTimeOffset now)
    {
        var name = Path.Combine(files.Directory, Aside + now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture));
        return Enumerable.Range(2, int.MaxValue - 2).Select(n => $"{name}-{n:D3}").Prepend(name)
            .First(static path => !Directory.Exists(path));
    }

    /// <summary>The damaged files; after a repair that was interrupted, where it has put them.</summary>
    private static (string Database, string Wal, string Commits) Sources(LogFiles files)
    {
        if (File.Exists(files.Database)
            || Directory.EnumerateDirectories(files.Directory, $"{Aside}*").Max(StringComparer.Ordinal) is not { } damagedDirectory)
        {
            return (files.Database, files.Wal, files.Commits);
        }

        var moved = new LogFiles(damagedDirectory);
        return (moved.Database, File.Exists(files.Wal) ? files.Wal : moved.Wal, File.Exists(moved.Commits) ? moved.Commits : files.Commits);
    }

    private static (CommitSummary, RecoverySummary) Salvage(
        string database,
        string wal,
        CommitSummary? summary,
        LogFiles target,
        TimeProvider time,
        CancellationToken cancellation)
    {
        using var images = new PageImages(database, wal);
        var found = RecoveredCatalog.Read(images, cancellation);
        if (found.IsEmpty && summary is { Commits: > 0 } lost)
        {
            throw new LogUnavailableException(string.Create(CultureInfo.InvariantCulture, $"'{database}' cannot be repaired: none is "
                + $"left of its {lost.Commits} commits with {lost.Records} records. Restore a backup ('streambert restore'), or start "
                + $"with a new log in an empty directory."))
            { IsDamaged = true };
        }
        if (found.IsEmpty)
        {
            found = ReadVersion1(database, wal, target);
        }
        else if (summary is { } noted && found.Head?.Commit < noted.Commits)
        {
            images.WithUncommitted = true; // the frame that ended the last commit may be the damaged one
            found = RecoveredCatalog.Read(images, cancellation);
        }
        try
        {
            return new RecordRecovery(images, found, summary, time.GetUtcNow()).Run(target.Database, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new LogUnavailableException($"'{database}' cannot be repaired: {e.Message}. Restore a backup: 'streambert restore'.", e)
            {
                IsDamaged = true
            };
        }
    }

    private static RecoveredCatalog ReadVersion1(string database, string wal, LogFiles target)
    {
        var copy = Path.Combine(target.Directory, "old.db");
        RegularFile.Copy(database, copy);
        if (File.Exists(wal))
            RegularFile.Copy(wal, $"{copy}-wal");
        try
        {
            using var connection = LogSchema.Open(copy, SqliteOpenMode.ReadWrite);
            return RecoveredCatalog.ReadOld(connection);
        }
        catch (SqliteException e)
        {
            throw new LogUnavailableException($"'{database}' cannot be repaired: the tables of its topics and partitions cannot be read "
                + $"({e.Message}). Restore a backup: 'streambert restore'.", e)
            { IsDamaged = true };
        }
    }

    /// <summary>
    /// Moves the database away first and puts the new one in its place last: without one, but with its commit file, a log refuses to open.
    /// </summary>
    private static void Swap(LogFiles files, LogFiles repaired, string damagedDirectory, RepairReport report)
    {
        PrivateFiles.CreateDirectory(damagedDirectory);
        var damaged = new LogFiles(damagedDirectory);
        if (File.Exists(files.Commits))
            RegularFile.Copy(files.Commits, damaged.Commits, overwrite: true);
        Move(files.Database, damaged.Database);
        Move(files.Wal, damaged.Wal);
        Move(files.SharedMemory, damaged.SharedMemory);
        using (var json = PrivateFiles.Open(Path.Combine(damagedDirectory, Report), FileMode.Create))
            JsonSerializer.Serialize(json, report, Json);
        File.Move(repaired.Commits, files.Commits, overwrite: true);
        File.Move(repaired.Database, files.Database);
        Directory.Delete(repaired.Directory, recursive: true);
    }

    /// <summary>The state store may be ahead of what was recovered; it is rebuilt from the log.</summary>
    private static void MoveStateStore(string? data, string damagedDirectory)
    {
        if (data is not null && Path.Combine(data, "state", "garnet") is var state && Directory.Exists(state))
            Directory.Move(state, Path.Combine(damagedDirectory, "state"));
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from))
            File.Move(from, to);
    }

    private static void FlushToDisk(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }
}
