#pragma warning disable CA1416 // Modes of files are looked at on Unix only.

using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Cli.Backup;
using StreamBert.Cli.Errors;
using StreamBert.Privacy.Keys;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;

namespace StreamBert.Tests.Cli.Backup;

public sealed class DataBackupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("streambert-backup-").FullName;

    private string Data => Path.Combine(_root, "data");
    private string Target => Path.Combine(_root, "backup");
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_backup_during_writes_contains_all_acknowledged_records_and_is_restored_unchanged()
    {
        await using var log = await CreateAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var acknowledged = 0;
        var writing = Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; acknowledged++)
                await log.AppendAsync([Record($"{acknowledged}")], Cancellation);
        }, Cancellation);
        while (Volatile.Read(ref acknowledged) < 50)
            await Task.Yield();

        var before = Volatile.Read(ref acknowledged);
        var made = DataBackup.Create(Data, Target, null, TimeProvider.System);
        var after = Volatile.Read(ref acknowledged) + 1;
        await stop.CancelAsync();
        await writing;
        var restored = Path.Combine(_root, "restored");
        DataBackup.Restore(Target, restored);

        await using var copy = Open(restored);
        await copy.CheckAsync(Cancellation);
        var values = await copy.ReadToEndAsync("texts", null, Cancellation)
            .Select(static r => (r.Damage, System.Text.Encoding.UTF8.GetString(r.Value!)))
            .ToListAsync(Cancellation);
        Assert.InRange(values.Count, before, after);
        Assert.Equal(made.Records, values.Count);
        Assert.Equal(Enumerable.Range(0, values.Count).Select(static n => ((string?)null, $"{n}")), values);
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(restored, "appsettings.json"), Cancellation));
        Assert.True(File.Exists(Path.Combine(restored, "models", "sentiment", "2", "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(restored, "models", ".trainer")));
        Assert.False(Directory.Exists(Path.Combine(restored, "state")));
        using var keys = Keys(restored);
        Assert.True(keys.FileExists);
        Assert.Equal(Secret(Keys(Data)), Secret(keys));
        foreach (var path in OperatingSystem.IsWindows() ? [] : Directory.GetFiles(restored, "*", SearchOption.AllDirectories))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_changed_or_incomplete_backup_is_refused_and_nothing_is_restored()
    {
        await using (await CreateAsync())
            DataBackup.Create(Data, Target, null, TimeProvider.System);
        var restored = Path.Combine(_root, "restored");
        var file = Path.Combine(Target, "log", "log.db");
        var whole = await File.ReadAllBytesAsync(file, Cancellation);

        File.WriteAllBytes(file, [.. whole[..100], (byte)(whole[100] ^ 1), .. whole[101..]]);
        Assert.Contains(
            "log/log.db",
            Assert.Throws<CliException>(() => DataBackup.Restore(Target, restored)).Message,
            StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains(
            "is missing",
            Assert.Throws<CliException>(() => DataBackup.Restore(Target, restored)).Message,
            StringComparison.Ordinal);
        File.WriteAllBytes(file, whole);
        File.WriteAllText(Path.Combine(Target, "stray"), "");
        Assert.Contains("stray", Assert.Throws<CliException>(() => DataBackup.Restore(Target, restored)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(Target, "manifest.json"));
        Assert.Contains(
            "not a complete backup",
            Assert.Throws<CliException>(() => DataBackup.Restore(Target, restored)).Message,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(restored));
    }

    [Fact]
    public async Task Backup_and_restore_refuse_directories_that_are_not_empty()
    {
        await using (await CreateAsync())
            DataBackup.Create(Data, Target, null, TimeProvider.System);

        Assert.Contains(
            "not empty",
            Assert.Throws<CliException>(() => DataBackup.Create(Data, Target, null, TimeProvider.System)).Message,
            StringComparison.Ordinal);
        Assert.Contains("not empty", Assert.Throws<CliException>(() => DataBackup.Restore(Target, Data)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "contains no log",
            Assert.Throws<CliException>(() => DataBackup.Create(_root, Path.Combine(_root, "other"), null, TimeProvider.System)).Message,
            StringComparison.Ordinal);
    }

    private async Task<EmbeddedEventLog> CreateAsync()
    {
        Directory.CreateDirectory(Path.Combine(Data, "models", "sentiment", "2"));
        Directory.CreateDirectory(Path.Combine(Data, "state", "garnet"));
        await File.WriteAllTextAsync(Path.Combine(Data, "models", "sentiment", "2", "model.safetensors"), "weights", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Data, "models", ".trainer"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Data, "appsettings.json"), "{}", Cancellation);
        _ = Secret(Keys(Data));
        var log = Open(Data);
        await log.CreateTopicsAsync([new("texts", 1)], Cancellation);
        return log;
    }

    private static SubjectKeys Keys(string data)
        => new(Microsoft.Extensions.Options.Options.Create(new SubjectKeyOptions { Directory = Path.Combine(data, "keys") }));

    private static string Secret(SubjectKeys keys)
    {
        using (keys)
            return keys.Digest("Ada");
    }

    private static NewRecord Record(string value)
        => new("texts", null, System.Text.Encoding.UTF8.GetBytes(value), DateTimeOffset.UnixEpoch);

    private static EmbeddedEventLog Open(string data) =>
        EmbeddedEventLog.Open(new() { Directory = Path.Combine(data, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
}
