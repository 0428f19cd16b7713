using System.Net.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Log.Embedded;

namespace StreamBert.IntegrationTests.Abuse;

/// <summary>The real process is killed, and somebody tampers with what it leaves; a backup is made while it runs.</summary>
public sealed class KilledLogTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DataDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_wal_that_is_deleted_after_a_kill_is_reported_by_every_command_until_a_repair_has_accepted_it()
    {
        var (backup, restored) = (Path.Combine(_directory.Path, "backup"), Path.Combine(_directory.Path, "restored"));
        await using (var up = StreamBertProcess.Start(_directory.UpArguments("--no-simulator", "--model", "small")))
        {
            using var http = new HttpClient { BaseAddress = await up.WaitUntilReadyAsync() };
            await SendAsync(http, "first");
            var copied = await StreamBertProcess.RunAsync("backup", _directory.DataPath, backup);
            Assert.True(copied.Code == 0, copied.AllOutput);
            await SendAsync(http, "second");
            OnlyOwnerReads(_directory.DataPath);
            await up.KillAsync();
        }
        File.Delete(Path.Combine(_directory.DataPath, "log", "log.db-wal"));

        var verified = await StreamBertProcess.RunAsync("verify", "--data", _directory.DataPath);
        var started = await StreamBertProcess.RunAsync(_directory.UpArguments("--no-simulator", "--model", "small"));
        var repaired = await StreamBertProcess.RunAsync("repair", _directory.DataPath);
        var again = await StreamBertProcess.RunAsync("repair", _directory.DataPath);
        var back = await StreamBertProcess.RunAsync("restore", backup, restored);

        foreach (var refused in new[] { verified, started })
        {
            Assert.True(refused.Code == 4, refused.AllOutput);
            Assert.Matches("[0-9]+ commits with [0-9]+ records are missing", refused.AllOutput);
            Assert.DoesNotContain("   at ", refused.AllOutput, StringComparison.Ordinal);
        }
        Assert.True(repaired.Code == 1, repaired.AllOutput);
        Assert.Contains("missing: the last", repaired.StandardOutput, StringComparison.Ordinal);
        Assert.True(again.Code == 0, again.AllOutput);
        Assert.True(back.Code == 0, back.AllOutput);
        OnlyOwnerReads(restored);
        Assert.Contains("first", await TextsAsync(restored));
    }

    private static async Task SendAsync(HttpClient http, string id)
    {
        using var answer = await http.PostAsJsonAsync(
            "v1/texts",
            new[] { new { id, text = "Shares rise", pipeline = "financial-news" } },
            Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<List<string>> TextsAsync(string data)
    {
        await using var log = EmbeddedEventLog.Open(
            new() { Directory = Path.Combine(data, "log") }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        return await log.ReadToEndAsync(Topics.Texts("financial-news"), null, Cancellation)
            .Select(static record => Wire.Deserialize<TextReceived>(record.Value).Id)
            .ToListAsync(Cancellation);
    }

    private static void OnlyOwnerReads(string data)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(data, "*", SearchOption.AllDirectories).Prepend(data))
        {
            Assert.True(
                (File.GetUnixFileMode(entry) & ~(Owner | UnixFileMode.UserExecute)) == 0,
                $"{entry}: {File.GetUnixFileMode(entry)}");
        }
    }
}
