using System.Globalization;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.IntegrationTests.Up;

/// <summary>
/// Tests that a file in time order gives the same result with any rate, number of partitions and workers, and with kills.
/// <c>STREAMBERT_FULL=1</c> compares six runs instead of three.
/// </summary>
public sealed class ReplayInOrderTests
{
    private const int Rows = 2_400, SecondsApart = 2, TextsAMinute = 60 / SecondsApart;
    private static readonly DateTimeOffset Start = new(2024, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_run_has_complete_windows_without_late_texts_and_identical_trends_and_alerts()
    {
        var expected = await RunAsync(partitions: 4, replicas: 2, rate: "max", kills: 0);
        Assert.Contains(expected.Alerts, static alert => alert.Contains(AlertKinds.LabelSurge, StringComparison.Ordinal));

        List<(int, int, string, int)> others = [(1, 1, "max", 0), (4, 2, "1200", 1)];
        if (Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1")
            others.AddRange([(4, 1, "2000", 0), (4, 2, "800", 2), (1, 2, "1000", 1)]);
        foreach (var (partitions, replicas, rate, kills) in others)
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
        var command = directory.UpArguments(
            "--replay",
            directory.WriteFile("surge.csv", CreateSurge()),
            "--time",
            "time",
            "--subject",
            "author",
            "--pipeline",
            "financial-news",
            "--model",
            "small",
            "--rate",
            rate,
            "--once");
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var killed = StreamBertProcess.Start(environment, command);
            await killed.WaitUntilReadyAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(450 * kill), TestContext.Current.CancellationToken);
            await killed.KillAsync();
        }

        await using var process = StreamBertProcess.Start(environment, command);
        Assert.True(await process.WaitForExitAsync() == 0, process.AllOutput);

        Assert.Equal(
            $$"""{"in":{{Rows}},"out":{{Rows}},"deadLettered":0,"inFlight":0,"late":0,"tooLate":0,"clockSkew":0}""",
            string.Join('\n', process.StandardOutput));
        var trends = await directory.ReadEventsAsync<TrendUpdated>(Topics.Trends);
        var all = trends.Where(static trend => trend.Series is { Head: "sentiment", Segment: SeriesKey.All }).ToList();
        Assert.Equal(Rows / TextsAMinute - 1, all.Count); // the last window has not closed
        Assert.All(all, static trend => Assert.Equal((TextsAMinute, 0), (trend.Count, trend.Revision)));
        return (await ReadValuesAsync(directory, Topics.Trends), await ReadValuesAsync(directory, Topics.Alerts));
    }

    private static async Task<List<string>> ReadValuesAsync(DataDirectory directory, string topic) =>
        [.. (await directory.ReadRecordsAsync(topic)).Select(static record => Encoding.UTF8.GetString(record.Value!))];

    /// <summary>
    /// Creates 80 minutes of texts, each of an author of its own, so that similar texts are not one story; every tenth is negative, from
    /// minute 50 to 60 four of five.
    /// </summary>
    private static string CreateSurge()
    {
        var file = new StringBuilder("time,author,text\n");
        for (var row = 0; row < Rows; row++)
        {
            var negative = row / TextsAMinute is >= 50 and < 60 ? row % 5 != 0 : row % 10 == 0;
            var text = negative
                ? "Shares plunge after a profit warning and layoffs at company"
                : "The board of the company meets on Tuesday and so does unit";
            file.Append(CultureInfo.InvariantCulture, $"{Start.AddSeconds(row * SecondsApart):O},author{row},{text} {row}\n");
        }
        return file.ToString();
    }
}
