using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Backtesting;

namespace StreamBert.Tests.Monitoring.Backtesting;

/// <summary>Checks backtests over a log against what the service committed to it.</summary>
public sealed class LogInputsTests
{
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline;
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backtest_over_a_log_gives_the_trends_and_alerts_of_the_service()
    {
        await using var harness = new MonitoringHarness();
        var count = await harness.AppendAsync(MonitoringHarness.Surge());
        using (var worker = await harness.StartAsync())
        {
            await harness.UntilReadAsync(count);
            await worker.StopAsync(Cancellation);
        }

        var result = Run(harness, new() { KeepsTrends = true });

        Assert.NotEmpty(result.Raised);
        Assert.Equal((await harness.TrendsAsync()).Select(Wire.ToJson), result.Trends.Select(Wire.ToJson));
        Assert.Equal((await harness.RaisedAsync()).Select(Wire.ToJson), result.Raised.Select(Wire.ToJson));
        Assert.Equal((await harness.ResolvedAsync()).Select(Wire.ToJson), result.Resolved.Select(Wire.ToJson));
    }

    [Fact]
    public async Task A_step_does_not_wait_for_predictions_outside_of_the_period()
    {
        await using var harness = new MonitoringHarness();
        List<TextClassified> texts = [.. MonitoringHarness.Surge().Select(static text => text.Text)];
        await harness.AppendAsync(MonitoringHarness.Surge());
        var (from, to) = (SyntheticStream.Start.AddSeconds(27), SyntheticStream.Start.AddSeconds(87));

        var result = Run(harness, new() { From = from, To = to });

        Assert.Equal(texts.Count(text => text.OccurredAt >= from && text.OccurredAt < to), result.EventTime.Texts);
        Assert.Equal(to, result.Span!.End);
    }

    [Fact]
    public async Task Two_backtests_over_a_log_are_identical_to_the_byte()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());

        Assert.Equal(Bytes(), Bytes());

        string Bytes()
        {
            var result = Run(harness, new() { KeepsTrends = true, To = SyntheticStream.Start.AddSeconds(150) });
            return string.Join('\n', [
                .. result.Raised.Select(Wire.ToJson), .. result.Resolved.Select(Wire.ToJson), .. result.Trends.Select(Wire.ToJson),
                Wire.ToJson(result.EventTime)]);
        }
    }

    private static BacktestResult Run(MonitoringHarness harness, BacktestSettings settings)
    {
        var inputs = new LogInputs(harness.Log, new([Pipeline]), Pipeline, settings);
        return Backtest.Run(Pipeline, new MonitoringOptions(), sequencer => inputs.Read(sequencer, Cancellation), settings);
    }
}
