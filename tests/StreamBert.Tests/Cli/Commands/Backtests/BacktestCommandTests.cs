using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using StreamBert.Contracts;
using StreamBert.Streaming.Files;
using StreamBert.Tests.Model;
using StreamBert.Tests.Monitoring;

namespace StreamBert.Tests.Cli.Commands.Backtests;

/// <summary>Runs <c>backtest</c> on files: what it prints, its report, and its messages about wrong input.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class BacktestCommandTests : IDisposable
{
    private static readonly DateTimeOffset Start = SyntheticStream.Start;
    private readonly TempFolder _folder = new();

    public BacktestCommandTests() => File.WriteAllText(_folder["own.json"], """
        {
          "Pipelines": [
            {
              "Name": "financial-news", "Heads": ["sentiment", "topic"],
              "Monitor": { "Window": "00:00:10", "AllowedLateness": "00:00:02", "Rules": { "Segments": ["head:topic"] } }
            }
          ]
        }
        """);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Alerts_are_printed_with_their_delay_and_the_scores_beside_the_naive_detectors()
    {
        WriteSurge();
        WriteLabels();

        var run = await RunAsync("--labels", _folder["labels.csv"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("Macro", run.Out, StringComparison.Ordinal);
        foreach (var expected in new[] { "after ", "StreamBert", "static threshold", "always fires", "never fires", "budget a day" })
            Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        Assert.Contains("times faster than life", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_agrees_with_the_labels()
    {
        WriteSurge();
        WriteLabels();

        var run = await RunAsync("--labels", _folder["labels.csv"], "--json");

        var outcome = JsonDocument.Parse(run.Out).RootElement;
        var ours = outcome.GetProperty("scores")[0];
        Assert.Equal(1, ours.GetProperty("detected").GetInt32());
        Assert.True(outcome.GetProperty("labels")[0].GetProperty("detected").GetBoolean());
        Assert.Equal(1, outcome.GetProperty("scores")[2].GetProperty("recall").GetDouble()); // always fires
        Assert.Equal(0, outcome.GetProperty("scores")[3].GetProperty("recall").GetDouble()); // never fires
        var delays = outcome.GetProperty("alerts").EnumerateArray().Where(static alert => alert.GetProperty("isLabelled").GetBoolean())
            .Select(static alert => alert.GetProperty("delaySeconds").GetDouble());
        Assert.Equal(outcome.GetProperty("labels")[0].GetProperty("delaySeconds").GetDouble(), delays.Min());
    }

    [Fact]
    public async Task Two_runs_write_the_same_bytes_also_from_a_compressed_file()
    {
        WriteSurge();
        await using (var packed = new GZipStream(File.Create(_folder["copy.jsonl.gz"]), CompressionLevel.Fastest))
            await packed.WriteAsync(await File.ReadAllBytesAsync(_folder["predictions.jsonl"], Cancellation), Cancellation);

        var first = await RunAsync("--json", "--html", _folder["first.html"]);
        var second = await CommandRun.RunAsync(
            "backtest", "--input", _folder["copy.jsonl.gz"], "--config", _folder["own.json"], "--json", "--html", _folder["second.html"]);

        Assert.Equal(first.Out, second.Out);
        Assert.Equal(
            await File.ReadAllBytesAsync(_folder["first.html"], Cancellation),
            await File.ReadAllBytesAsync(_folder["second.html"], Cancellation));
    }

    [Fact]
    public async Task The_report_is_one_well_formed_file_that_loads_nothing_and_shows_each_alert()
    {
        WriteSurge();
        WriteLabels();

        var run = await RunAsync("--labels", _folder["labels.csv"], "--html", _folder["report.html"], "--json");

        var html = await File.ReadAllTextAsync(_folder["report.html"], Cancellation);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", html, StringComparison.Ordinal);
        var charts = html.Split("<svg").Skip(1).Select(static rest => XElement.Parse($"<svg{rest.Split("</svg>")[0]}</svg>")).ToList();
        Assert.NotEmpty(charts);
        var alerts = JsonDocument.Parse(run.Out).RootElement.GetProperty("alerts").GetArrayLength();
        Assert.Equal(alerts, charts.Sum(static chart => chart.Elements("g").Count()));
        Assert.Equal(alerts, html.Split("<li>").Length - 1);
    }

    [Fact]
    public async Task Alerts_of_the_learning_time_are_not_scored()
    {
        WriteSurge();

        var run = await RunAsync("--json", "--learn", Start.AddSeconds(159).ToString("O", CultureInfo.InvariantCulture));

        Assert.Equal(0, JsonDocument.Parse(run.Out).RootElement.GetProperty("alerts").GetArrayLength());
    }

    [Fact]
    public async Task Predictions_that_are_out_of_order_are_sorted_as_a_replay_does()
    {
        WriteSurge();
        var lines = await File.ReadAllLinesAsync(_folder["predictions.jsonl"], Cancellation);
        var ordered = await RunAsync("--json");
        await File.WriteAllLinesAsync(_folder["predictions.jsonl"], lines.Reverse(), Cancellation);

        var run = await RunAsync("--json");

        Assert.Contains("sorted by time", run.Error, StringComparison.Ordinal);
        Assert.Equal(Ids(ordered), Ids(run));
    }

    [Fact]
    public async Task Texts_are_classified_and_a_second_backtest_uses_the_cache()
    {
        await File.WriteAllLinesAsync(
            _folder["texts.csv"],
            ["at,text", .. Enumerable.Range(0, 60).Select(static n => $"2026-03-02T09:{n:00}:00Z,Oil falls {n % 5} cents")], Cancellation);
        string[] arguments =
        [
            "backtest", "--input", _folder["texts.csv"], "--time", "at", "--pipeline", "financial-news", "--cache", _folder["cache"],
            "--json",
        ];

        var first = await CommandRun.RunAsync([.. arguments, "--html", _folder["first.html"]]);
        var cached = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(_folder["cache"], "*.sqlite")), Cancellation);
        var second = await CommandRun.RunAsync([.. arguments, "--html", _folder["second.html"]]);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal(60, JsonDocument.Parse(first.Out).RootElement.GetProperty("texts").GetInt32());
        Assert.Equal(first.Out, second.Out);
        Assert.Equal(
            await File.ReadAllBytesAsync(_folder["first.html"], Cancellation),
            await File.ReadAllBytesAsync(_folder["second.html"], Cancellation));
        var file = Assert.Single(Directory.GetFiles(_folder["cache"], "*.sqlite"));
        Assert.Equal(cached, await File.ReadAllBytesAsync(file, Cancellation)); // nothing was classified again
        using var cache = new SqliteFile(file);
        Assert.Equal(5, Assert.Single(cache.Query("SELECT COUNT(*) FROM classifications", static row => row.GetInt64(0))));
    }

    [Theory]
    [InlineData("backtest", "--input FILE")]
    [InlineData("backtest --input none.jsonl", "none.jsonl")]
    [InlineData("backtest --input {file} --data x", "one source")]
    [InlineData("backtest --input {file} --from yesterday", "--from")]
    [InlineData("backtest --input {file} --pipeline none", "financial-news")]
    [InlineData("backtest --input {file} --labels none.csv", "none.csv")]
    [InlineData("backtest --input {file} --rules none.json", "none.json")]
    [InlineData("backtest --input {file} --rules {file}", "line 1")]
    [InlineData("backtest --input {file} --from 2026-03-02 --to 2026-03-01", "--from must be before --to")]
    [InlineData("backtest --data none", "none")]
    public async Task Invalid_input_is_refused_with_its_name_and_exit_code_2(string arguments, string named)
    {
        await File.WriteAllTextAsync(_folder["p.jsonl"], Wire.ToJson(Predictions.Text(Start)) + "\n", Cancellation);

        var run = await CommandRun.RunAsync(arguments.Replace("{file}", _folder["p.jsonl"], StringComparison.Ordinal).Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static List<string> Ids(CommandRun run) =>
    [
        .. JsonDocument.Parse(run.Out).RootElement.GetProperty("alerts").EnumerateArray()
            .Select(static alert => alert.GetProperty("alert").GetProperty("id").GetString()!),
    ];

    private void WriteSurge() => File.WriteAllLines(
        _folder["predictions.jsonl"], MonitoringHarness.Surge().Select(static text => Wire.ToJson(text.Text)));

    private void WriteLabels() => File.WriteAllText(
        _folder["labels.csv"], $"start,end,series\n{Start.AddSeconds(80):O},{Start.AddSeconds(120):O},topic=Macro\n");

    private Task<CommandRun> RunAsync(params string[] options) => CommandRun.RunAsync(
        ["backtest", "--input", _folder["predictions.jsonl"], "--config", _folder["own.json"], .. options]);
}
