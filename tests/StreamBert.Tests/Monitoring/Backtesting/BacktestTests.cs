using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Inputs;
using TimedText = (StreamBert.Contracts.TextClassified Text, int Partition, System.DateTimeOffset ArrivesAt);

namespace StreamBert.Tests.Monitoring.Backtesting;

/// <summary>Checks that a backtest computes what the service computes on the log, and what one step per text gives.</summary>
public sealed class BacktestTests
{
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline;
    private static readonly TimeSpan Window = Pipeline.Monitor.Window;

    [Fact]
    public async Task A_backtest_gives_the_trends_and_alerts_of_the_service_on_a_log()
    {
        await using var harness = new MonitoringHarness();
        List<TimedText> texts = [.. MonitoringHarness.Surge()];
        var count = await harness.AppendAsync(texts);
        using (var worker = await harness.StartAsync())
        {
            await harness.UntilReadAsync(count);
            await worker.StopAsync(TestContext.Current.CancellationToken);
        }

        var result = Run(texts.Select(static text => text.Text));

        Assert.NotEmpty(result.Raised);
        Assert.Equal(MonitoringHarness.LastRevisions(await harness.TrendsAsync()), MonitoringHarness.LastRevisions(result.Trends));
        Assert.Equal(await AlertsAsync(harness), result.Raised.Select(Wire.ToJson));
        Assert.Equal((await harness.ResolvedAsync()).Select(Wire.ToJson), result.Resolved.Select(Wire.ToJson));
    }

    [Fact]
    public void Steps_of_many_texts_give_what_one_step_for_each_text_gives_also_with_late_texts()
    {
        var random = new Random(4);
        List<TextClassified> texts =
        [
            .. new SyntheticStream(8).Play(90).Select(text => random.Next(50) > 0
                ? text.Text
                : text.Text with { OccurredAt = text.Text.OccurredAt.AddSeconds(-random.Next(40)) }),
        ];
        List<MonitorOutput> expected = [], actual = [];
        var monitor = new StreamMonitor([Pipeline], new MonitoringOptions(), new());
        var inputs = new System.Reactive.Subjects.Subject<MonitorInput>();
        using var subscription = monitor.Watch(inputs).Subscribe(expected.Add);
        var feed = new InputFeed(1);
        var now = DateTimeOffset.MinValue;
        foreach (var text in texts)
        {
            now = text.OccurredAt > now ? text.OccurredAt : now;
            foreach (var input in feed.Take(text, 0, now))
                inputs.OnNext(input);
        }

        var result = Backtest.Run(Pipeline, new MonitoringOptions(), texts, new() { OnOutput = actual.Add });

        Assert.Equal(expected.Select(MonitorOutputs.ToJson), actual.Select(MonitorOutputs.ToJson));
        Assert.True(result.EventTime is { Late: > 0, TooLate: > 0 });
    }

    [Fact]
    public void Two_backtests_give_the_same_bytes()
    {
        static IEnumerable<string> Outputs()
        {
            List<string> outputs = [];
            Backtest.Run(
                Pipeline, new MonitoringOptions(), MonitoringHarness.Surge().Select(static text => text.Text),
                new() { OnOutput = output => outputs.Add(MonitorOutputs.ToJson(output)) });
            return outputs;
        }

        Assert.Equal(Outputs(), Outputs());
    }

    [Fact]
    public void A_silence_of_any_length_between_texts_closes_its_windows()
    {
        List<TextClassified> texts = [.. Minute(0), .. Minute(600)];

        var result = Run(texts);

        Assert.Equal(result.Windows, (long)((result.Span!.End - result.Span.Start) / Window));
        Assert.True(result.Windows > 50);
    }

    [Fact]
    public void The_end_of_the_period_closes_every_window_before_it()
    {
        var to = WindowStart(SyntheticStream.Start.AddMinutes(5));

        var open = Run(Minute(0));
        var closed = Run(Minute(0), new() { To = to, KeepsTrends = true });

        Assert.Equal(to, closed.Span!.End);
        Assert.True(open.Span!.End < WindowStart(SyntheticStream.Start.AddMinutes(1)) + Window);
        Assert.Equal(0, closed.Trends[^1].Count);
    }

    [Fact]
    public void Texts_outside_of_the_period_are_left_out()
    {
        var (from, to) = (SyntheticStream.Start.AddSeconds(17), SyntheticStream.Start.AddSeconds(37));
        List<TextClassified> texts = [.. Minute(0)];

        var result = Run(texts, new() { From = from, To = to });

        Assert.Equal(texts.Count(text => text.OccurredAt >= from && text.OccurredAt < to), result.EventTime.Texts);
    }

    [Fact]
    public void Without_texts_nothing_is_published()
    {
        var result = Run([], new() { To = SyntheticStream.Start });

        Assert.Null(result.Span);
        Assert.Empty(result.Raised);
        Assert.Empty(result.Failures);
    }

    private static BacktestResult Run(IEnumerable<TextClassified> texts, BacktestSettings? settings = null) =>
        Backtest.Run(Pipeline, new MonitoringOptions(), texts, settings ?? new() { KeepsTrends = true });

    private static IEnumerable<TextClassified> Minute(int second) => Enumerable.Range(0, 60)
        .Select(offset => Predictions.Text(SyntheticStream.Start.AddSeconds(second + offset), id: $"t-{second}-{offset}"));

    private static DateTimeOffset WindowStart(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % Window.Ticks, TimeSpan.Zero);

    private static async Task<IEnumerable<string>> AlertsAsync(MonitoringHarness harness) =>
        (await harness.RaisedAsync()).Select(Wire.ToJson);
}
