using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Analysis;

/// <summary>Changes the rules of a pipeline while it is monitored.</summary>
public sealed class RuleChangeTests
{
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline;
    private static readonly DateTimeOffset From = SyntheticStream.Start.AddSeconds(57); // 9:01:00, the start of a window

    [Fact]
    public void Rules_apply_from_the_first_window_that_starts_at_the_stated_time()
    {
        var trends = Run(Change(From, new() { Segments = ["attribute:region"] }), at: 100).Trends().ToList();

        Assert.All(trends, static trend => Assert.True(
            trend.Series.Segment == SeriesKey.All
            || trend.Series.Segment.StartsWith(trend.Window.Start < From ? "topic=" : "region=", StringComparison.Ordinal)));
        Assert.Contains(trends, static trend => trend.Series.Segment == "region=north" && trend.Window.Start == From);
    }

    [Fact]
    public void Rules_that_come_after_their_time_apply_from_the_first_window_without_texts()
    {
        var trends = Run(Change(DateTimeOffset.MinValue, new() { Segments = ["attribute:region"] }), at: 900).Trends();

        var first = trends.First(static trend => trend.Series.Segment.StartsWith("region=", StringComparison.Ordinal)).Window.Start;
        Assert.True(first > SyntheticStream.Start.AddSeconds(20));
        Assert.DoesNotContain(
            trends, trend => trend.Window.Start >= first && trend.Series.Segment.StartsWith("topic=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, int.MaxValue)]
    [InlineData(400, int.MaxValue)]
    [InlineData(1, 97)]
    [InlineData(400, 97)]
    public void The_results_depend_neither_on_when_the_change_is_read_nor_on_restarts(int at, int restartEvery)
    {
        var change = Change(From, new() { Segments = ["attribute:region"], Fairness = [new() { Attribute = "region" }] });

        var expected = Run(change, at: 900).ConvertAll(MonitorOutputs.ToJson);

        Assert.Equal(expected, Run(change, at, restartEvery).ConvertAll(MonitorOutputs.ToJson));
    }

    [Fact]
    public void A_change_without_rules_returns_to_those_of_the_configuration()
    {
        var (to, back) = (Change(From, new()), Change(From.AddSeconds(20), null));

        var trends = Run([to, back], at: 100).Trends();

        bool HasTopics(DateTimeOffset start) => trends.Any(trend => trend.Window.Start == start
            && trend.Series.Segment.StartsWith("topic=", StringComparison.Ordinal));
        Assert.Equal(
            [true, false, false, true],
            new[] { -10, 0, 10, 20 }.Select(seconds => HasTopics(From.AddSeconds(seconds))));
    }

    [Fact]
    public void Changes_that_apply_to_no_window_any_more_are_forgotten()
    {
        var state = new MonitorState();

        Run([Change(From, new()), Change(From.AddSeconds(10), new()), Change(From.AddSeconds(20), null)], at: 100, state: state);

        Assert.Single(state.Pipelines[Pipeline.Name].RuleChanges);
    }

    private static RulesChanged Change(DateTimeOffset from, MonitorRules? rules) =>
        new() { Pipeline = Pipeline.Name, Rules = rules, EffectiveFrom = from, ChangedAt = SyntheticStream.Start };

    private static List<MonitorOutput> Run(RulesChanged change, int at, int restartEvery = int.MaxValue) => Run([change], at, restartEvery);

    /// <summary>Plays three minutes of texts, and reads the changes before the text with that number.</summary>
    private static List<MonitorOutput> Run(
        IReadOnlyList<RulesChanged> changes, int at, int restartEvery = int.MaxValue, MonitorState? state = null)
    {
        List<MonitorOutput> outputs = [];
        var (monitor, feed, number) = (new StreamMonitor([Pipeline], new(), state ?? new()), new InputFeed(), 0);
        var inputs = new Subject<MonitorInput>();
        var subscription = monitor.Watch(inputs).Subscribe(outputs.Add);
        foreach (var (text, partition, arrivesAt) in new SyntheticStream(3).Play(180))
        {
            number++;
            foreach (var change in changes.Where(_ => number == at))
                inputs.OnNext(new MonitorInput.RuleChange(change));
            foreach (var input in feed.Take(text, partition, arrivesAt))
                inputs.OnNext(input);
            if (number % restartEvery != 0)
                continue;
            subscription.Dispose();
            monitor = new([Pipeline], new(), MonitorStates.FromBytes(MonitorStates.ToBytes(monitor.State)));
            inputs = new();
            subscription = monitor.Watch(inputs).Subscribe(outputs.Add);
        }
        subscription.Dispose();
        return outputs;
    }
}
