using System.Globalization;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// A file in order of time has one result: whatever the speed, the partitions, the workers, and whether the process is killed.
/// </summary>
public sealed class ReplayInOrderTests
{
    private const int Rows = 2_400, SecondsApart = 2, TextsAMinute = 60 / SecondsApart;
    private static readonly DateTimeOffset Start = new(2024, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_run_has_no_late_text_whole_windows_and_the_same_trends_and_alerts_to_the_byte()
    {
        var expected = await RunAsync(partitions: 4, replicas: 2, rate: "max", kills: 0);
        Assert.Contains(expected.Alerts, static alert => alert.Contains(AlertKinds.NegativeSurge, StringComparison.Ordinal));

        foreach (var (partitions, replicas, rate, kills) in new[] {
            (1, 1, "max", 0),
            (4, 1, "2000", 0),
            (4, 2, "800", 2),
            (1, 2, "1000", 1) })
        {
            var (trends, alerts) = await RunAsync(partitions, replicas, rate, kills);
            Assert.Equal(expected.Trends, trends);
            Assert.Equal(expected.Alerts, alerts);
        }
    }

    private static async Task<(List<string> Trends, List<string> Alerts)> RunAsync(int partitions, int replicas, string rate, int kills)
    {
        using var directory = new DataDirectory();
        var environment = new Dictionary<string, string>
        {
            ["Log__Partitions"] = partitions.ToString(CultureInfo.InvariantCulture),
            ["Inference__Replicas"] = replicas.ToString(CultureInfo.InvariantCulture),
        };
        var command = directory.Up(
            "--replay",
            directory.File("surge.csv", Surge()),
            "--time",
            "time",
            "--pipeline",
            "financial-news",
            "--rate",
            rate,
            "--once");
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var killed = StreamBertProcess.Start(environment, command);
            await killed.ReadyAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(450 * kill), TestContext.Current.CancellationToken);
            await killed.KillAsync();
        }

        await using var process = StreamBertProcess.Start(environment, command);
        Assert.True(await process.ExitAsync() == 0, process.Everything);

        Assert.Equal(
            $$"""{"in":{{Rows}},"out":{{Rows}},"deadLettered":0,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""",
            string.Join('\n', process.Out));
        var trends = await directory.EventsAsync<TrendUpdated>(Topics.Trends);
        var whole = trends.Where(static trend => trend.Series is { Head: "sentiment", Segment: SeriesKey.All }).ToList();
        Assert.Equal(Rows / TextsAMinute - 1, whole.Count); // the last minute is still open
        Assert.All(whole, static trend => Assert.Equal((TextsAMinute, 0), (trend.Count, trend.Revision)));
        return (await ValuesAsync(directory, Topics.Trends), await ValuesAsync(directory, Topics.Alerts));
    }

    private static async Task<List<string>> ValuesAsync(DataDirectory directory, string topic) =>
        [.. (await directory.RecordsAsync(topic)).Select(static record => Encoding.UTF8.GetString(record.Value!))];

    /// <summary>80 minutes, every tenth text negative, and four of five from the 50th to the 60th; no two texts are alike.</summary>
    private static string Surge()
    {
        var file = new StringBuilder("time,text\n");
        for (var row = 0; row < Rows; row++)
        {
            var negative = row / TextsAMinute is >= 50 and < 60 ? row % 5 != 0 : row % 10 == 0;
            file.Append(CultureInfo.InvariantCulture, $"{Start.AddSeconds(row * SecondsApart):O},")
                .Append(CultureInfo.InvariantCulture, $"{(negative ? "Shares plunge after a profit warning and layoffs at company" : "The board of the company meets on Tuesday and so does unit")} {row}\n");
        }
        return file.ToString();
    }
}
