using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log.Embedded.Files;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>An open database with its catalog and the summary of its commits.</summary>
internal sealed record OpenedLog(SqliteConnection Connection, LogCatalog Catalog, CommitFile Commits);

/// <summary>
/// Opens the database of a log for writing, creates it or upgrades it; refuses one that is damaged, or of which
/// something is missing, before anything is written to it.
/// </summary>
internal sealed class LogOpener(LogFiles files, EventLogOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// Parts of a data directory that only a log that is in use leaves behind. Subject keys and model packages are none: commands and
    /// services on Kafka make them where no log ever was.
    /// </summary>
    private static readonly string[] OtherState = ["state/garnet", "models/.datasets", "replay"];

    private static readonly byte[] Magic = "SQLite format 3\0"u8.ToArray();

    /// <exception cref="LogUnavailableException">A file is damaged, missing or cannot be used.</exception>
    public OpenedLog Open() => LogErrors.Run(files, OpenDatabase);

    private OpenedLog OpenDatabase()
    {
        var summary = CommitFile.Read(files.Commits);
        var isNew = IsNew(summary);
        PrivateFiles.Create(files.Database);
        var connection = LogSchema.Open(files.Database, SqliteOpenMode.ReadWrite);
        try
        {
            var version = isNew ? 0 : CheckVersion(connection);
            if (summary is null && version == LogSchema.Version)
            {
                throw Damage($"'{files.Commits}' is {(File.Exists(files.Commits) ? "damaged" : "missing")}, so it is unknown whether "
                    + "commits of the log are missing.");
            }
            if (version < LogSchema.Version && summary is { Commits: > 0 })
                throw Damage(Missing(summary.Value.Commits, summary.Value.Records, "none of them is left"));
            Prepare(connection);
            CheckPages(connection, version);
            // The file exists before the first commit, so that a log without one was never complete.
            using var commits = summary is null ? CommitFile.Create(files.Commits, new(CommitSummary.NewSeed(), 0, 0, 0), time) : null;
            var seed = summary?.Seed ?? commits!.Summary.Seed;
            var catalog = version < LogSchema.Version ? CreateOrUpgrade(connection, version, seed)
                : ReadCatalog(connection, summary!.Value);
            return new(connection, catalog, WriteSummary(catalog.Head));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is no log yet. A database that is missing or empty where there must be one is not a new log.</summary>
    private bool IsNew(CommitSummary? summary)
    {
        RegularFile.Require(files.Database);
        var length = LogFiles.Length(files.Database);
        if (length > 0)
        {
            CheckMagic();
            return false;
        }
        var what = $"'{files.Database}' is {(File.Exists(files.Database) ? "empty" : "missing")}";
        if (summary is { Commits: > 0 })
        {
            throw Damage(
                string.Create(CultureInfo.InvariantCulture, $"{what}, and there were {summary.Value.Commits} commits with "
                    + $"{summary.Value.Records} records in it."));
        }

        if (summary is null && File.Exists(files.Commits))
            throw Damage($"{what}, and '{files.Commits}' is damaged.");
        if (LogFiles.Length(files.Wal) > 0)
            throw Damage($"{what}, although its WAL '{files.Wal}' is there.");
        if (summary is null && FoundState() is { } found)
        {
            throw Damage($"{what}, although '{found}' shows that this data directory was in use. To start with a new log, use an empty "
                + $"directory.");
        }
        return true;
    }

    private string? FoundState() => options.DataDirectory is { } data
        ? OtherState.Select(part => Path.Combine(data, part))
            .FirstOrDefault(static part => Directory.Exists(part) && Directory.EnumerateFiles(part, "*", SearchOption.AllDirectories).Any())
        : null;

    private void CheckMagic()
    {
        using var file = RegularFile.OpenHandle(files.Database);
        Span<byte> begin = stackalloc byte[Magic.Length];
        if (RandomAccess.Read(file, begin, 0) < begin.Length || !begin.SequenceEqual(Magic))
            throw Damage($"The embedded log '{files.Database}' is not an SQLite database, or its first page is damaged.");
    }

    private int CheckVersion(SqliteConnection connection)
    {
        var version = LogSchema.Number(connection, "PRAGMA user_version");
        var (id, tables) = (LogSchema.Number(connection, "PRAGMA application_id"), LogSchema.Number(
            connection,
            "SELECT count(*) FROM sqlite_schema"));
        if (id == LogSchema.ApplicationId && version > LogSchema.Version)
        {
            throw new LogUnavailableException($"'{files.Database}' was written by a later version (format {version}, this one knows "
                + $"{LogSchema.Version}); use that version or another directory. If no later version ever ran on it, it is damaged: "
                + $"'streambert repair {files.ForUser}'.");
        }
        if (tables == 0 && version == 0 && id == 0)
            return 0; // its creation was interrupted
        if ((version == LogSchema.Version && id == LogSchema.ApplicationId) || (version == LogUpgrade.From && id == 0))
            return (int)version;
        throw Damage($"The embedded log '{files.Database}' is damaged: its first page says format {version} of application {id:X}.");
    }

    /// <summary>
    /// With <c>synchronous=FULL</c> a commit has reached the disk when it returns, so that not even a power cut takes it back; the writer
    /// pays that once for many requests.
    /// </summary>
    private void Prepare(SqliteConnection connection)
    {
        LogSchema.Execute(connection, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA "
            + "wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
        if (options.MaxFileBytes is { } most)
            LogSchema.LimitSize(connection, most);
    }

    private void CheckPages(SqliteConnection connection, int version)
    {
        if (version == 0)
            return;
        var verifier = new PageVerifier(connection, files);
        if (version == LogSchema.Version)
            verifier.VerifySchema();
        if (verifier.Verify(options.OpenCheckTimeout, time) is { } reached)
        {
            logger.LogInformation(
                "The pages of {File} were checked for {Seconds} s (Log:OpenCheckTimeout), not completely: {Reached}. "
                    + "The other pages are checked when they are read, and by 'streambert verify'.",
                files.Database,
                options.OpenCheckTimeout.TotalSeconds,
                reached);
        }
    }

    private LogCatalog CreateOrUpgrade(SqliteConnection connection, int version, long seed)
    {
        LogSchema.Execute(connection, "BEGIN IMMEDIATE");
        if (version == 0)
            LogSchema.Execute(connection, $"{LogSchema.Records}; {LogSchema.Catalog}");
        var catalog = version == 0 ? LogCatalog.Create(connection, seed) : LogUpgrade.Run(connection, seed);
        catalog.PutHead(0);
        LogSchema.Execute(
            connection,
            $"PRAGMA user_version = {LogSchema.Version}; PRAGMA application_id = {LogSchema.ApplicationId}; COMMIT");
        catalog.OnCommitted();
        LogSchema.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)"); // so that the database alone is a log, whatever happens to the WAL
        if (version > 0)
        {
            logger.LogInformation(
                "The embedded log {File} was upgraded to format {Version}; records appended from now on have a checksum",
                files.Database,
                LogSchema.Version);
        }

        return catalog;
    }

    private LogCatalog ReadCatalog(SqliteConnection connection, CommitSummary summary)
    {
        var catalog = Catalog(connection);
        var head = catalog.Head;
        if (head.Seed != summary.Seed)
            throw Damage($"'{files.Commits}' belongs to another log than '{files.Database}'.");
        if (head.Commit < summary.Commits)
        {
            throw Damage(Missing(
                summary.Commits - head.Commit,
                summary.Records - head.Records,
                string.Create(CultureInfo.InvariantCulture, $"it ends at commit {head.Commit}, and {summary.Commits} were acknowledged")));
        }

        if (catalog.RestoredEntries > 0)
        {
            logger.LogWarning(
                "{Count} entries of the catalog of {File} were damaged and are restored from their second copies",
                catalog.RestoredEntries,
                files.Database);
        }

        return catalog;
    }

    private LogCatalog Catalog(SqliteConnection connection)
    {
        try
        {
            return LogCatalog.Read(connection);
        }
        catch (InvalidDataException e)
        {
            throw Damage($"The embedded log '{files.Database}' is damaged: {e.Message}.", e);
        }
    }

    /// <summary>The database may hold one commit more than the file, if the process was killed in between.</summary>
    private CommitFile WriteSummary(HeadEntry head)
    {
        var commits = CommitFile.Open(files.Commits, CommitFile.Read(files.Commits)!.Value, time);
        commits.Write(head.Commit, head.Records, flush: true);
        commits.Write(head.Commit, head.Records, flush: true);
        return commits;
    }

    private string Missing(long commits, long records, string what) => string.Create(CultureInfo.InvariantCulture,
        $"{commits} commits with {records} records are missing from the embedded log '{files.Database}': {what}. Its WAL '{files.Wal}' "
            + $"{(File.Exists(files.Wal) ? "is damaged" : "was removed")}, or a file was replaced by an older copy.");

    private LogUnavailableException Damage(string what, Exception? inner = null) => LogErrors.Damaged(files, what, inner);
}
