using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Inputs;
using StreamBert.Streaming.Events;

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
    public async Task Changes_of_rules_in_the_log_apply_unless_other_rules_are_tested()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());
        var change = new RulesChanged
        {
            Pipeline = Pipeline.Name,
            EffectiveFrom = SyntheticStream.Start,
            Rules = Pipeline.Monitor.Rules with { Disabled = [.. AlertKinds.All] },
            ChangedAt = SyntheticStream.Start,
        };
        await harness.Log.AppendAsync([EventRecord.Create(Topics.Rules, change, SyntheticStream.Start)], Cancellation);

        Assert.Empty(Run(harness, new()).Raised);
        Assert.NotEmpty(Run(harness, new() { AppliesRuleChanges = false }).Raised);
    }

    [Fact]
    public async Task Feedback_of_the_log_comes_when_it_was_given_and_not_after_the_period()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());
        FeedbackReceived[] labels = [Label(SyntheticStream.Start.AddSeconds(70)), Label(SyntheticStream.Start.AddSeconds(150))];
        await harness.Log.AppendAsync(
            [.. labels.Select(static label => EventRecord.Create(Topics.Feedback, label, label.OccurredAt))], Cancellation);
        var inputs = new LogInputs(harness.Log, new([Pipeline]), Pipeline, new() { To = SyntheticStream.Start.AddSeconds(87) });
        List<MonitorInput> read = [];

        Backtest.Run(
            Pipeline, new MonitoringOptions(),
            sequencer => inputs.Read(sequencer, Cancellation).Select(Remember));

        var feedback = Assert.Single(read.OfType<MonitorInput.Feedback>()).Value;
        Assert.Equal(labels[0].OccurredAt, feedback.OccurredAt);
        Assert.DoesNotContain(
            read.TakeWhile(static input => input is not MonitorInput.Feedback).OfType<MonitorInput.Progress>(),
            progress => progress.Value.At >= feedback.OccurredAt);

        static FeedbackReceived Label(DateTimeOffset at) =>
            new() { Id = "1", Pipeline = Pipeline.Name, Head = "sentiment", Label = "negative", OccurredAt = at };

        MonitorInput Remember(MonitorInput input)
        {
            read.Add(input);
            return input;
        }
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
