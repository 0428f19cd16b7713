using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using StreamBert.Tests.Model;

namespace StreamBert.Tests.Cli.Commands.Backtests;

/// <summary>Runs <c>backtest</c> on plain series: alerts with their delay, scores against labels, and the report.</summary>
[Collection(nameof(StreamBertCommandTests))]
public sealed class SeriesBacktestTests : IDisposable
{
    private const int Rows = 2000, Spike = 1500, SpikeRows = 3;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_alert_begins_at_the_spike_is_printed_with_its_delay_and_scored_beside_the_naive_detectors()
    {
        Write("in.csv", Spike);
        WriteLabels(Spike - 2, Spike + 10);

        var run = await RunAsync("--labels", _folder["labels.csv"]);

        Assert.True(run.ExitCode == 0, run.Error);
        foreach (var expected in new[]
        {
            "An alert begins where the anomaly score reaches ½ and ends where it falls below.", "after 10 min", "StreamBert",
            "static threshold", "always fires", "never fires", "false alarms per day",
        })
        {
            Assert.Contains(expected, run.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_json_states_what_is_counted_by_hand()
    {
        Write("in.csv", Spike);
        WriteLabels(Spike, Spike + SpikeRows); // from the first row of the spike on

        var outcome = JsonDocument.Parse((await RunAsync("--labels", _folder["labels.csv"], "--json")).Out).RootElement;

        Assert.Equal(0.5, outcome.GetProperty("threshold").GetDouble());
        var series = Assert.Single(outcome.GetProperty("series").EnumerateArray());
        Assert.Equal(Rows, series.GetProperty("rows").GetInt32());
        var label = Assert.Single(series.GetProperty("labels").EnumerateArray());
        Assert.Equal((true, 0.0), (label.GetProperty("detected").GetBoolean(), label.GetProperty("delaySeconds").GetDouble()));
        var alert = Assert.Single(
            series.GetProperty("alerts").EnumerateArray(), static alert => alert.GetProperty("isLabelled").GetBoolean());
        Assert.Equal(At(Spike), alert.GetProperty("start").GetDateTimeOffset());
        Assert.InRange(alert.GetProperty("score").GetDouble(), 0.5, 1);
        var (always, never) = (series.GetProperty("scores")[2], series.GetProperty("scores")[3]);
        Assert.Equal((Rows, SpikeRows + 1), (always.GetProperty("alerts").GetInt32(), always.GetProperty("trueAlerts").GetInt32()));
        Assert.Equal((1, 0), (always.GetProperty("recall").GetDouble(), always.GetProperty("medianDelaySeconds").GetDouble()));
        Assert.Equal((0, 0), (never.GetProperty("alerts").GetInt32(), never.GetProperty("recall").GetDouble()));
        Assert.Equal(1, series.GetProperty("scores")[1].GetProperty("recall").GetDouble()); // 50 above a noise of 1
    }

    [Fact]
    public async Task An_alert_agrees_with_the_rows_that_scores_writes_in_the_same_run()
    {
        Write("in.csv", Spike);

        var run = await RunAsync("--scores", _folder["out.csv"], "--json");

        var high = (await File.ReadAllLinesAsync(_folder["out.csv"], Cancellation)).Skip(1)
            .Select(static line => double.Parse(line.Split(',')[^1], CultureInfo.InvariantCulture) >= 0.5).ToList();
        List<DateTimeOffset> begins = [.. Enumerable.Range(0, Rows).Where(row => high[row] && (row == 0 || !high[row - 1])).Select(At)];
        List<DateTimeOffset> ends = [.. Enumerable.Range(1, Rows - 1).Where(row => !high[row] && high[row - 1]).Select(At)];
        var alerts = JsonDocument.Parse(run.Out).RootElement.GetProperty("series")[0].GetProperty("alerts").EnumerateArray().ToList();
        Assert.Equal(begins, alerts.Select(static alert => alert.GetProperty("start").GetDateTimeOffset()));
        Assert.Equal(ends, alerts.Select(static alert => alert.GetProperty("end").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Scores_alone_prints_no_alert()
    {
        Write("in.csv", Spike);

        var run = await RunAsync("--scores", _folder["out.csv"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Out));
        Assert.Contains("2,000 rows of 1 files are scored", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_has_a_table_for_each_file_and_a_total_that_is_their_sum()
    {
        Write("data/a/first.csv", Spike);
        Write("data/b/second.csv", Spike - 300);
        await File.WriteAllTextAsync(
            _folder["labels.json"],
            $$"""{ "a/first.csv": [["{{At(Spike):O}}", "{{At(Spike + 5):O}}"]], "b/second.csv": [["{{At(50):O}}", "{{At(55):O}}"]] }""",
            Cancellation);
        string[] arguments = ["backtest", "--input", _folder["data"], "--labels", _folder["labels.json"]];

        var text = await CommandRun.RunAsync(arguments);
        var json = JsonDocument.Parse((await CommandRun.RunAsync([.. arguments, "--json"])).Out).RootElement;

        foreach (var expected in new[] { "a/first.csv", "b/second.csv", "missed:", "total of 2 series" })
            Assert.Contains(expected, text.Out, StringComparison.Ordinal);
        var scores = json.GetProperty("series").EnumerateArray().Select(static series => series.GetProperty("scores")).ToList();
        foreach (var (index, total) in json.GetProperty("total").EnumerateArray().Index())
        {
            foreach (var count in new[] { "alerts", "trueAlerts", "labelled", "detected" })
                Assert.Equal(scores.Sum(score => score[index].GetProperty(count).GetInt32()), total.GetProperty(count).GetInt32());
        }
        Assert.Equal((2, 1), (Total("labelled"), Total("detected")));

        int Total(string count) => json.GetProperty("total")[0].GetProperty(count).GetInt32();
    }

    [Fact]
    public async Task Labels_of_a_table_apply_to_the_series_that_they_name()
    {
        Write("data/first.csv", Spike);
        Write("data/second.csv", Spike);
        await File.WriteAllTextAsync(
            _folder["labels.csv"], $"start,end,series\n{At(Spike):O},{At(Spike + 5):O},second\n", Cancellation);

        var run = await CommandRun.RunAsync("backtest", "--input", _folder["data"], "--labels", _folder["labels.csv"], "--json");

        var labels = JsonDocument.Parse(run.Out).RootElement.GetProperty("series").EnumerateArray()
            .Select(static series => series.GetProperty("labels").GetArrayLength());
        Assert.Equal([0, 1], labels);
    }

    [Fact]
    public async Task The_report_is_one_well_formed_file_with_a_chart_of_values_and_one_of_scores_and_the_same_bytes_again()
    {
        Write("in.csv", Spike);
        WriteLabels(Spike, Spike + 5);

        var run = await RunAsync("--labels", _folder["labels.csv"], "--html", _folder["first.html"], "--json");
        await RunAsync("--labels", _folder["labels.csv"], "--html", _folder["second.html"], "--json");

        var html = await File.ReadAllTextAsync(_folder["first.html"], Cancellation);
        Assert.Equal(html, await File.ReadAllTextAsync(_folder["second.html"], Cancellation));
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        var charts = html.Split("<svg").Skip(1).Select(static rest => XElement.Parse($"<svg{rest.Split("</svg>")[0]}</svg>")).ToList();
        Assert.Equal(2, charts.Count);
        var alerts = JsonDocument.Parse(run.Out).RootElement.GetProperty("series")[0].GetProperty("alerts").GetArrayLength();
        Assert.Equal((alerts, alerts), (charts[0].Elements("g").Count(), html.Split("<li>").Length - 1));
        Assert.Contains(charts[1].Elements("polyline"), static line => line.Attribute("class")!.Value == "expected"); // the threshold
        Assert.Contains("static threshold", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_period_and_the_learning_time_restrict_the_alerts()
    {
        Write("in.csv", Spike);

        var learnt = await RunAsync("--json", "--learn", At(Spike + 1).ToString("O"));
        var before = await RunAsync("--json", "--to", At(Spike).ToString("O"));

        Assert.DoesNotContain(Starts(learnt), static start => start <= At(Spike));
        Assert.DoesNotContain(At(Spike), Starts(before));
        Assert.Equal(Spike, JsonDocument.Parse(before.Out).RootElement.GetProperty("series")[0].GetProperty("rows").GetInt32());
    }

    [Theory]
    [InlineData("--rules none.json", "no pipeline and no rules; omit --rules")]
    [InlineData("--labels none.csv", "none.csv")]
    public async Task What_a_plain_series_does_not_have_is_refused(string options, string named)
    {
        Write("in.csv", Spike);

        var run = await RunAsync(options.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_column_of_texts_is_not_a_plain_series()
    {
        await File.WriteAllTextAsync(_folder["in.csv"], "timestamp,value,text\n2026-03-02,1,Oil falls\n", Cancellation);

        var run = await RunAsync();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--pipeline NAME", run.Error, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(int row) => Start.AddMinutes(5 * row);

    private static List<DateTimeOffset> Starts(CommandRun run) =>
    [
        .. JsonDocument.Parse(run.Out).RootElement.GetProperty("series")[0].GetProperty("alerts").EnumerateArray()
            .Select(static alert => alert.GetProperty("start").GetDateTimeOffset()),
    ];

    /// <summary>Writes a series of uniform noise around −100, with a spike.</summary>
    private void Write(string name, int spike)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        var random = new Random(3);
        File.WriteAllLines(_folder[name], ["timestamp,value", .. Enumerable.Range(0, Rows).Select(row => FormattableString.Invariant(
            $"{At(row):yyyy-MM-dd HH:mm:ss},{-100 + random.NextDouble() + (row >= spike && row < spike + SpikeRows ? 50 : 0):0.###}"))]);
    }

    private void WriteLabels(int from, int to) =>
        File.WriteAllText(_folder["labels.csv"], $"start,end\n{At(from):O},{At(to):O}\n");

    private Task<CommandRun> RunAsync(params string[] options) =>
        CommandRun.RunAsync(["backtest", "--input", _folder["in.csv"], .. options]);
}
