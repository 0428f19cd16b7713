using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log.Embedded.Files;

namespace StreamBert.Streaming.Log.Embedded.Storage;

/// <summary>An open database with its catalog and the note of its commits.</summary>
internal sealed record OpenLog(SqliteConnection Connection, LogCatalog Catalog, CommitFile Commits);

/// <summary>
/// Opens the database of a log for writing, creates it or brings it to the present version; refuses one that is damaged, or of which
/// something is
/// missing, before anything is written to it.
/// </summary>
internal sealed class LogOpening(LogFiles files, EventLogOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>
    /// Parts of a data directory that only a log that is in use leaves behind. Subject keys are none: commands and services on Kafka make
    /// them where no log ever was.
    /// </summary>
    private static readonly string[] OtherState = ["state/garnet", "models", "replay"];

    private static readonly byte[] Magic = "SQLite format 3\0"u8.ToArray();

    /// <exception cref="LogUnavailableException">A file is damaged, missing or cannot be used.</exception>
    public OpenLog Open() => LogFault.Guard(files, OpenDatabase);

    private OpenLog OpenDatabase()
    {
        var note = CommitFile.Read(files.Commits);
        var isNew = IsNew(note);
        PrivateFiles.Create(files.Database);
        var connection = LogSchema.Open(files.Database, SqliteOpenMode.ReadWrite);
        try
        {
            var version = isNew ? 0 : CheckVersion(connection);
            if (note is null && version == LogSchema.Version)
                throw Damage($"'{files.Commits}' is {(File.Exists(files.Commits) ? "damaged" : "missing")}, so nobody can say whether commits of the log are missing.");
            if (version < LogSchema.Version && note is { Commits: > 0 })
                throw Damage(Missing(note.Value.Commits, note.Value.Records, "nothing of it is left"));
            Prepare(connection);
            CheckPages(connection, version);
            // The note exists before the first commit, so that a log without one was never complete.
            using var commits = note is null ? CommitFile.Create(files.Commits, new(CommitNote.NewSeed(), 0, 0, 0), time) : null;
            var seed = note?.Seed ?? commits!.Note.Seed;
            var catalog = version < LogSchema.Version ? CreateOrUpgrade(connection, version, seed) : ReadCatalog(connection, note!.Value);
            return new(connection, catalog, Noted(catalog.Head));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is no log yet. A database that is missing or empty where there must be one is no fresh start.</summary>
    private bool IsNew(CommitNote? note)
    {
        RegularFile.Require(files.Database);
        var length = LogFiles.Length(files.Database);
        if (length > 0)
        {
            CheckMagic();
            return false;
        }
        var what = $"'{files.Database}' is {(File.Exists(files.Database) ? "empty" : "missing")}";
        if (note is { Commits: > 0 })
        {
            throw Damage(
                FormattableString.Invariant($"{what}, and there were {note.Value.Commits} commits with {note.Value.Records} records in it."));
        }

        if (note is null && File.Exists(files.Commits))
            throw Damage($"{what}, and '{files.Commits}' is damaged.");
        if (LogFiles.Length(files.Wal) > 0)
            throw Damage($"{what}, though its WAL '{files.Wal}' is there.");
        if (note is null && FoundState() is { } found)
            throw Damage($"{what}, though '{found}' shows that this data directory was in use. To begin anew, use an empty directory.");
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
            throw Damage($"The embedded log '{files.Database}' is no SQLite database, or its first page is damaged.");
    }

    private int CheckVersion(SqliteConnection connection)
    {
        var version = LogSchema.Number(connection, "PRAGMA user_version");
        var (id, tables) = (LogSchema.Number(connection, "PRAGMA application_id"), LogSchema.Number(
            connection,
            "SELECT count(*) FROM sqlite_schema"));
        if (id == LogSchema.ApplicationId && version > LogSchema.Version)
            throw new LogUnavailableException($"'{files.Database}' was written by a later version (format {version}, this one knows {LogSchema.Version}); use that version or another directory. If no later version ever ran on it, it is damaged: 'streambert repair {files.ForUser}'.");
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
        LogSchema.Execute(connection, "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864");
        if (options.MaxFileBytes is { } most)
            LogSchema.LimitSize(connection, most);
    }

    private void CheckPages(SqliteConnection connection, int version)
    {
        if (version == 0)
            return;
        var check = new PageCheck(connection, files);
        if (version == LogSchema.Version)
            check.Schema();
        if (check.Run(options.OpenCheckTimeout, time) is { } reached)
            logger.LogInformation("The pages of {File} were checked for {Seconds} s (Log:OpenCheckTimeout) and not to the end: {Reached}; the rest is checked when it is read, and by 'streambert verify'", files.Database, options.OpenCheckTimeout.TotalSeconds, reached);
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
        catalog.Committed();
        LogSchema.Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)"); // so that the database by itself is a log, whatever becomes of the WAL
        if (version > 0)
        {
            logger.LogInformation(
                "The embedded log {File} was brought to format {Version}; what is appended from now on has a checksum",
                files.Database,
                LogSchema.Version);
        }

        return catalog;
    }

    private LogCatalog ReadCatalog(SqliteConnection connection, CommitNote note)
    {
        var catalog = Catalog(connection);
        var head = catalog.Head;
        if (head.Seed != note.Seed)
            throw Damage($"'{files.Commits}' belongs to another log than '{files.Database}'.");
        if (head.Commit < note.Commits)
        {
            throw Damage(Missing(
                note.Commits - head.Commit,
                note.Records - head.Records,
                FormattableString.Invariant($"it ends at commit {head.Commit}, and {note.Commits} were acknowledged")));
        }

        if (catalog.Singles > 0)
        {
            logger.LogWarning(
                "{Count} entries of the catalog of {File} were damaged and are restored from their copies",
                catalog.Singles,
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

    /// <summary>What is committed may be one more than noted, if the process died in between.</summary>
    private CommitFile Noted(HeadEntry head)
    {
        var commits = CommitFile.Open(files.Commits, CommitFile.Read(files.Commits)!.Value, time);
        commits.Write(head.Commit, head.Records, flush: true);
        commits.Write(head.Commit, head.Records, flush: true);
        return commits;
    }

    private string Missing(long commits, long records, string what) => FormattableString.Invariant(
        $"{commits} commits with {records} records are missing from the embedded log '{files.Database}': {what}. Its WAL '{files.Wal}' {(File.Exists(files.Wal) ? "is damaged" : "was removed")}, or a file was replaced by an older copy.");

    private LogUnavailableException Damage(string what, Exception? inner = null) => LogFault.Damage(files, what, inner);
}
