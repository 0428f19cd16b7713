#pragma warning disable CA1416 // Modes of files are looked at on Unix only.

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Model.Manifests;
using StreamBert.Privacy;
using StreamBert.Streaming.Files;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Log.Embedded.Files;
using StreamBert.Streaming.Log.Embedded.Repair;

namespace StreamBert.Tests.Streaming.Log.Embedded;

/// <summary>The files of the embedded log: what is refused, what is brought up to date, who may read them.</summary>
public sealed class LogFilesTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _data = Directory.CreateTempSubdirectory("streambert-files-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private string Directory_ => Path.Combine(_data, "log");
    private LogFiles Files => new(Directory_);
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_clean_stop_leaves_everything_in_the_database_and_no_wal()
    {
        await AppendAsync(3);

        Assert.False(File.Exists(Files.Wal));
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task A_wal_that_is_deleted_after_a_kill_is_reported_with_what_is_missing_and_repair_accepts_it()
    {
        await AppendAsync(2);
        await KilledAsync(static async log =>
        {
            await log.AppendAsync([Record(), Record()], Cancellation);
            await log.AppendAsync([Record()], Cancellation);
        });
        File.Delete(Files.Wal);

        var refusal = Assert.Throws<LogUnavailableException>(Open);
        var report = await LogRepair.RunAsync(Options(), _time, Cancellation);

        Assert.True(refusal.IsDamaged);
        Assert.Contains("2 commits with 3 records are missing", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("WAL", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((2, 3, 2), (report.MissingCommits, report.MissingRecords, report.Recovered));
        Assert.False(report.IsComplete);
        Assert.Equal(2, await CountAsync());
        Assert.True(File.Exists(Path.Combine(report.DamagedFiles!, "repair.json")));
    }

    [Fact]
    public async Task A_kill_alone_is_not_damage()
    {
        await AppendAsync(2);
        await KilledAsync(static log => log.AppendAsync([Record()], Cancellation));

        Assert.Equal(3, await CountAsync());
    }

    /// <summary>The process may die after the commit and before it is noted.</summary>
    [Fact]
    public async Task A_commit_file_that_is_one_commit_behind_is_not_damage()
    {
        await AppendAsync(1);
        var note = await File.ReadAllBytesAsync(Files.Commits, Cancellation);
        await AppendAsync(1);
        await File.WriteAllBytesAsync(Files.Commits, note, Cancellation);

        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task An_older_copy_of_the_database_is_rejected()
    {
        await AppendAsync(1);
        var older = await File.ReadAllBytesAsync(Files.Database, Cancellation);
        await AppendAsync(5);
        await File.WriteAllBytesAsync(Files.Database, older, Cancellation);

        Assert.Contains("5 records are missing", Assert.Throws<LogUnavailableException>(Open).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogFiles.DatabaseName, null, "is missing")]
    [InlineData(LogFiles.DatabaseName, "", "is empty")]
    [InlineData(LogFiles.DatabaseName, "these are no pages", "is not an SQLite database")]
    [InlineData(LogFiles.CommitsName, null, "is missing")]
    [InlineData(LogFiles.CommitsName, "no note", "is damaged")]
    public async Task A_file_that_is_missing_empty_or_something_else_is_an_error_with_a_remedy(string file, string? content, string told)
    {
        await AppendAsync(1);
        var path = Path.Combine(Directory_, file);
        if (content is null)
            File.Delete(path);
        else
            await File.WriteAllTextAsync(path, content, Cancellation);

        var refusal = Assert.Throws<LogUnavailableException>(Open);

        Assert.True(refusal.IsDamaged);
        Assert.Contains(told, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"streambert repair {_data}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state/garnet/log.0")]
    [InlineData("models/.datasets/default/1.jsonl")]
    public void A_log_that_is_missing_beside_other_state_is_not_created_again(string other)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_data, other))!);
        File.WriteAllText(Path.Combine(_data, other), "x");

        Assert.Contains("was in use", Assert.Throws<LogUnavailableException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_created_beside_a_model_that_was_imported_before_the_first_start()
    {
        Directory.CreateDirectory(Path.Combine(_data, "models/sentiment/1"));
        await File.WriteAllTextAsync(Path.Combine(_data, "models/sentiment/1/model.safetensors"), "x", Cancellation);

        await AppendAsync(1);

        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_first_start_that_was_interrupted_can_be_repeated()
    {
        await AppendAsync(0);
        File.Delete(Files.Database);
        CommitFile.Create(Files.Commits, new(1, 0, 0, 0), _time).Dispose();

        await AppendAsync(2);

        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_log_of_the_first_format_is_upgraded_and_its_records_have_no_checksums()
    {
        CreateOld();

        await AppendAsync(2);
        await using var log = Open();
        var records = await log.ReadToEndAsync("texts", null, Cancellation).ToListAsync(Cancellation);
        var described = (await log.DescribeAsync(["texts"], Cancellation)).Single();

        Assert.Equal([0, 1, 2, 3], records.Select(static r => r.Position.Offset));
        Assert.All(records, static r => Assert.Null(r.Damage));
        Assert.Equal((2, 4), (described.WithoutChecksum, described.End));
        Assert.Equal(1, (await log.LagAsync("group", ["texts"], Cancellation)).Single().Committed);
    }

    [Fact]
    public async Task A_damaged_log_of_the_first_format_is_repaired()
    {
        CreateOld();
        using (var file = File.Open(Files.Database, FileMode.Open))
        {
            file.Position = 36; // the number of free pages
            file.Write([0, 0, 0, 9]);
        }

        var report = await LogRepair.RunAsync(Options(), _time, Cancellation);

        Assert.True(report.Problem is not null && report.IsComplete, $"{report}");
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_repair_does_not_change_an_intact_log()
    {
        await AppendAsync(3);

        var report = await LogRepair.RunAsync(Options(), _time, Cancellation);

        Assert.Null(report.Problem);
        Assert.Equal(3, report.Recovered);
        Assert.Empty(Directory.GetDirectories(Directory_));
    }

    [Fact]
    public async Task A_repair_that_was_interrupted_can_be_run_again()
    {
        await AppendAsync(4);
        var aside = Directory.CreateDirectory(Path.Combine(Directory_, "damaged-20260301-110000")).FullName;
        File.Copy(Files.Commits, Path.Combine(aside, LogFiles.CommitsName));
        File.Move(Files.Database, Path.Combine(aside, LogFiles.DatabaseName));

        Assert.Throws<LogUnavailableException>(Open);
        var report = await LogRepair.RunAsync(Options(), _time, Cancellation);

        Assert.Equal(4, report.Recovered);
        Assert.True(report.IsComplete);
        Assert.Equal(4, await CountAsync());
    }

    [Theory]
    [InlineData(13, 13, "free space", false)]
    [InlineData(10, 266, "the disk is failing", false)]
    [InlineData(10, 522, "ends before a page", true)]
    [InlineData(8, 8, "read-only", false)]
    [InlineData(14, 14, "cannot be opened", false)]
    [InlineData(5, 5, "locked by another program", false)]
    [InlineData(11, 11, "is damaged", true)]
    [InlineData(26, 26, "is not an SQLite database", true)]
    [InlineData(19, 1555, "offset of the next record is already taken", true)]
    public void Every_error_of_sqlite_names_the_file_its_meaning_and_a_remedy(int code, int extended, string meaning, bool damaged)
    {
        var named = Assert.IsType<LogUnavailableException>(LogErrors.Translate(new SqliteException("the reason", code, extended), Files));

        Assert.Contains(meaning, named.Message, StringComparison.Ordinal);
        Assert.Contains(Files.Database, named.Message, StringComparison.Ordinal);
        Assert.Equal(damaged, named.IsDamaged);
        Assert.Equal(damaged, named.Message.Contains("streambert repair", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_this_user_may_read_what_the_log_creates()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other access rights.");
        await KilledAsync(static log => log.AppendAsync([Record()], Cancellation));

        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Directory_));
        foreach (var file in Directory.GetFiles(Directory_))
            Assert.True(File.GetUnixFileMode(file) == Owner, $"{file}: {File.GetUnixFileMode(file)}");
    }

    [Fact]
    public async Task Opening_the_log_removes_the_access_of_other_users()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other access rights.");
        await AppendAsync(1);
        File.SetUnixFileMode(Files.Database, Owner | UnixFileMode.OtherRead);
        File.SetUnixFileMode(Directory_, Owner | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute);

        var open = PrivateFiles.Restrict(Directory_);

        Assert.Equal(2, open.Count);
        Assert.Equal(Owner, File.GetUnixFileMode(Files.Database));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(Directory_));
        Assert.Empty(PrivateFiles.Restrict(Directory_));
    }

    private static NewRecord Record() => new("texts", null, new byte[100], new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    private EventLogOptions Options() => new() { Directory = Directory_, DataDirectory = _data };

    private EmbeddedEventLog Open() => EmbeddedEventLog.Open(Options(), _time, NullLogger<EmbeddedEventLog>.Instance);

    private async Task AppendAsync(int records)
    {
        await using var log = Open();
        await log.CreateTopicsAsync([new("texts", 1)], Cancellation);
        if (records > 0)
            await log.AppendAsync([.. Enumerable.Range(0, records).Select(static _ => Record())], Cancellation);
    }

    private async Task<int> CountAsync()
    {
        await using var log = Open();
        await log.CheckAsync(Cancellation);
        return await log.ReadToEndAsync("texts", null, Cancellation).CountAsync(static r => r.Damage is null, Cancellation);
    }

    /// <summary>The files as they are when a process is killed: what it does is in the WAL only.</summary>
    private async Task KilledAsync(Func<EmbeddedEventLog, Task> work)
    {
        var kept = Directory.CreateTempSubdirectory("streambert-killed-").FullName;
        await using (var log = Open())
        {
            await log.CreateTopicsAsync([new("texts", 1)], Cancellation);
            await work(log);
            foreach (var file in Directory.GetFiles(Directory_).Where(
                static file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith("log.lock", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(kept, Path.GetFileName(file)));
            }

            foreach (var file in OperatingSystem.IsWindows() ? [] : Directory.GetFiles(Directory_))
                Assert.Equal(Owner, File.GetUnixFileMode(file));
        }
        foreach (var file in Directory.GetFiles(kept))
            File.Copy(file, Path.Combine(Directory_, Path.GetFileName(file)), overwrite: true);
        Directory.Delete(kept, recursive: true);
    }

    /// <summary>The tables of format 1, with two texts of which a group has read one.</summary>
    private void CreateOld()
    {
        Directory.CreateDirectory(Directory_);
        using var connection = new SqliteConnection($"Data Source={Files.Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, max_age_ms INTEGER, max_bytes INTEGER);
            CREATE TABLE partitions (id INTEGER PRIMARY KEY, topic INTEGER NOT NULL REFERENCES topics, number INTEGER NOT NULL,
                begin_offset INTEGER NOT NULL, end_offset INTEGER NOT NULL, bytes INTEGER NOT NULL, UNIQUE (topic, number));
            CREATE TABLE records (id INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, appended INTEGER NOT NULL, size INTEGER NOT NULL,
                key BLOB, value BLOB, headers BLOB);
            CREATE TABLE offsets ("group" TEXT NOT NULL, partition INTEGER NOT NULL REFERENCES partitions, next_offset INTEGER NOT NULL,
                PRIMARY KEY ("group", partition)) WITHOUT ROWID;
            INSERT INTO topics VALUES (1, 'texts', NULL, NULL);
            INSERT INTO partitions VALUES (1, 1, 0, 0, 2, 200);
            INSERT INTO records VALUES ((1 << 43), 1700000000000, 1700000000000, 100, NULL, zeroblob(100), NULL);
            INSERT INTO records VALUES ((1 << 43) + 1, 1700000000000, 1700000000000, 100, NULL, zeroblob(100), NULL);
            INSERT INTO offsets VALUES ('group', 1, 1);
            PRAGMA user_version = 1;
            """;
        command.ExecuteNonQuery();
    }
}
