using System.Globalization;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Backtests.PlainSeries;

/// <summary>Runs <c>backtest --scores</c> on files and directories of plain series.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class SeriesScoresTests : IDisposable
{
    private static readonly DateTime Start = new(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_row_keeps_its_columns_and_gets_a_score_that_is_highest_at_the_spike()
    {
        await WriteAsync("in.csv", 600, spike: 500);

        var run = await CommandRun.RunAsync("backtest", "--input", _folder["in.csv"], "--scores", _folder["out.csv"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var lines = await File.ReadAllLinesAsync(_folder["out.csv"], TestContext.Current.CancellationToken);
        Assert.Equal("timestamp,value,note,anomaly_score", lines[0]);
        Assert.Equal(601, lines.Length);
        var scores = lines.Skip(1).Select(static line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture)).ToList();
        Assert.All(scores, static score => Assert.InRange(score, 0, 1));
        Assert.Equal(500, scores.IndexOf(scores.Max()));
        Assert.StartsWith($"{Start.AddMinutes(7):yyyy-MM-dd HH:mm:ss},", lines[8], StringComparison.Ordinal);
        Assert.Contains(",\"a, \"\"b\"\"\",", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_scored_into_the_same_tree_and_no_row_depends_on_later_ones()
    {
        await WriteAsync("data/a/long.csv", 400, spike: 350);
        await WriteAsync("data/b/short.csv", 300, spike: 350);

        var run = await CommandRun.RunAsync("backtest", "--input", _folder["data"], "--scores", _folder["out"]);

        Assert.True(run.ExitCode == 0, run.Error);
        var ahead = await File.ReadAllLinesAsync(_folder["out/a/long.csv"], TestContext.Current.CancellationToken);
        var alone = await File.ReadAllLinesAsync(_folder["out/b/short.csv"], TestContext.Current.CancellationToken);
        Assert.Equal(alone, ahead.Take(301));
    }

    [Theory]
    [InlineData("when,value\n2026-03-02,1\n", "'timestamp'")]
    [InlineData("timestamp,value\nsoon,1\n", "'timestamp'")]
    [InlineData("timestamp,value\n2026-03-02,much\n", "much")]
    public async Task A_file_that_is_not_a_series_is_refused_with_its_place(string content, string named)
    {
        await File.WriteAllTextAsync(_folder["in.csv"], content, TestContext.Current.CancellationToken);

        var run = await CommandRun.RunAsync("backtest", "--input", _folder["in.csv"], "--scores", _folder["out.csv"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    private async Task WriteAsync(string name, int rows, int spike)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        var random = new Random(3);
        var lines = Enumerable.Range(0, rows).Select(row => FormattableString.Invariant(
            $"{Start.AddMinutes(row):yyyy-MM-dd HH:mm:ss},{10 + random.NextDouble() + (row == spike ? 50 : 0):0.###},\"a, \"\"b\"\"\""));
        await File.WriteAllLinesAsync(_folder[name], ["timestamp,value,note", .. lines], TestContext.Current.CancellationToken);
    }
}
