using System.Globalization;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// A file whose texts repeat all day is replayed by a process that is killed again and again: its windows and alerts are those of a
/// process that ran undisturbed. <c>STREAMBERT_FULL=1</c> kills fifty times instead of twice.
/// </summary>
public sealed class KilledReplayTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1";
    private static readonly int Kills = IsFull ? 50 : 2, Rows = IsFull ? 14_400 : 6_000;
    private static readonly DateTimeOffset Start = new(2024, 1, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Kills_change_no_window_and_no_alert()
    {
        var undisturbed = await ReplayAsync(kills: 0, rate: "max");
        var killed = await ReplayAsync(Kills, rate: IsFull ? "300" : "1500");

        output.WriteLine($"{Kills} kills: {killed.Trends.Count} trends and {killed.Alerts.Count} alerts, all identical");
        Assert.Contains(undisturbed.Alerts, static alert => alert.Contains(AlertKinds.LabelSurge, StringComparison.Ordinal));
        Assert.Equal(undisturbed.Trends, killed.Trends);
        Assert.Equal(undisturbed.Alerts, killed.Alerts);
    }

    private static async Task<(List<string> Trends, List<string> Alerts)> ReplayAsync(int kills, string rate)
    {
        using var directory = new DataDirectory();
        var command = directory.UpArguments(
            "--replay", directory.WriteFile("texts.csv", CreateTexts()), "--time", "time", "--pipeline", "financial-news",
            "--model", "small", "--rate", rate, "--once");
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            await using var victim = StreamBertProcess.Start(command);
            await victim.WaitUntilReadyAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 900)), TestContext.Current.CancellationToken);
            Assert.False(victim.HasExited, $"The replay ended before kill {kill + 1}; a lower rate is needed.");
            await victim.KillAsync();
        }
        await using var process = StreamBertProcess.Start(command);
        Assert.True(await process.WaitForExitAsync() == 0, process.AllOutput);
        return (await ReadAsync(directory, Topics.Trends), await ReadAsync(directory, Topics.Alerts));
    }

    private static async Task<List<string>> ReadAsync(DataDirectory directory, string topic) =>
        [.. (await directory.ReadRecordsAsync(topic)).Select(static record => Encoding.UTF8.GetString(record.Value!))];

    /// <summary>
    /// Creates 30 texts per minute, drawn from five; the share of the two negative ones rises from 12 % to 60 % for twenty minutes, two
    /// thirds through the file.
    /// </summary>
    private static string CreateTexts()
    {
        string[] calm = ["The board will meet on Tuesday", "The company names a new chairman", "Shares of the bank were unchanged"];
        string[] bad = ["Shares plunge after a profit warning and layoffs", "Shares slump after losses and a profit warning"];
        var (random, file) = (new Random(1), new StringBuilder("time,text\n"));
        for (var row = 0; row < Rows; row++)
        {
            var negative = row / 30 - Rows / 45 is >= 0 and < 20 ? 0.6 : 0.12;
            var texts = random.NextDouble() < negative ? bad : calm;
            file.Append(CultureInfo.InvariantCulture, $"{Start.AddSeconds(2 * row):O},{texts[random.Next(texts.Length)]}\n");
        }
        return file.ToString();
    }
}
