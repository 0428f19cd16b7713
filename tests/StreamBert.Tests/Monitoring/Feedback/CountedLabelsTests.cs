using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Accuracy;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Fairness;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Feedback;

public sealed class CountedLabelsTests
{
    private const int FirstLabelled = 3000, LastLabelled = 9000, Delay = 700;

    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline with
    {
        Monitor = SyntheticStream.Pipeline.Monitor with
        {
            Rules = SyntheticStream.Pipeline.Monitor.Rules with { Accuracy = new() { SampleEvery = 20 } },
        },
    };

    [Fact]
    public void Labels_that_were_withdrawn_leave_no_trace_in_the_tallies()
    {
        var withdrawn = Run(isReplaced: true, restartEvery: 397, isWithdrawn: true).State.Pipelines[Pipeline.Name];

        Assert.Equal(0, withdrawn.Accuracy.Heads["sentiment"]["all"].Labelled!.Days.Sum(static day => day.Sample.Labels));
        Assert.All(
            Describe(withdrawn),
            static line => Assert.Matches(@"^.+ (0/0 0\.000000 0/0 0\.000000|0 0 0 0 0 \d+ -?0\.000000 -?0\.000000)$", line));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(397)]
    public void Labels_that_were_replaced_leave_the_tallies_of_the_last_ones_alone_also_in_a_monitor_that_is_restored(int restartEvery)
    {
        var replaced = Run(isReplaced: true, restartEvery).State.Pipelines[Pipeline.Name];
        var once = Run(isReplaced: false, int.MaxValue).State.Pipelines[Pipeline.Name];

        var labels = once.Accuracy.Heads["sentiment"]["all"].Labelled!.Days.Sum(static day => day.Sample.Labels);
        Assert.InRange(labels, 200, 400);
        Assert.Equal(Describe(once), Describe(replaced));
        Assert.Equal(labels, replaced.Accuracy.Errors["sentiment"].Sample.Window.Count);
    }

    /// <summary>Labels sampled texts; replaced labels were given 700 texts before.</summary>
    private static StreamMonitor Run(bool isReplaced, int restartEvery, bool isWithdrawn = false)
    {
        var monitor = Restore(new());
        var (inputs, subscription) = Watch(monitor);
        var (number, feed, texts) = (0, new InputFeed(), new SyntheticStream(5).Play(400).ToList());
        foreach (var (text, partition, arrivesAt) in texts)
        {
            foreach (var input in feed.Take(text, partition, arrivesAt))
                inputs.OnNext(input);
            if (isReplaced && IsLabelled(number))
                inputs.OnNext(Feedback(text, "positive"));
            if (number >= Delay && IsLabelled(number - Delay))
                inputs.OnNext(Second(texts[number - Delay].Text, number));
            if (++number % restartEvery != 0)
                continue;
            subscription.Dispose();
            monitor = Restore(MonitorStates.FromBytes(MonitorStates.ToBytes(monitor.State)));
            (inputs, subscription) = Watch(monitor);
        }
        subscription.Dispose();
        return monitor;

        MonitorInput Second(TextClassified text, int number) =>
            isWithdrawn ? Withdrawal(text) : Feedback(text, number % 3 == 0 ? "negative" : "neutral");

        bool IsLabelled(int text) => text is >= FirstLabelled and < LastLabelled && RandomSample.Contains(texts[text].Text.Id, 20);
    }

    private static StreamMonitor Restore(MonitorState state) => new([Pipeline], new MonitoringOptions(), state);

    private static (Subject<MonitorInput> Inputs, IDisposable Subscription) Watch(StreamMonitor monitor)
    {
        var inputs = new Subject<MonitorInput>();
        return (inputs, monitor.Watch(inputs).Subscribe());
    }

    private static MonitorInput.Feedback Feedback(TextClassified text, string label) => new(new()
    {
        Id = text.Id,
        Pipeline = text.Pipeline,
        Head = "sentiment",
        Label = label,
        OccurredAt = text.OccurredAt,
    });

    private static MonitorInput.Withdrawal Withdrawal(TextClassified text) =>
        new(new() { Id = text.Id, Pipeline = text.Pipeline, Head = "sentiment", OccurredAt = text.OccurredAt });

    /// <summary>Describes the labelled accuracy of every series, and the labelled texts of every group.</summary>
    private static List<string> Describe(PipelineState state) =>
    [
        .. from series in state.Accuracy.Heads["sentiment"].OrderBy(static series => series.Key, StringComparer.Ordinal)
           where series.Value.Labelled is not null
           from day in series.Value.Labelled!.Days
           select $"{series.Key} {Describe(day.Sample)} {Describe(day.Others)}",
        .. from rule in state.Fairness
           from day in rule.Value.Labels.Days
           from tally in day.Sample.OrderBy(static sample => sample.Key, StringComparer.Ordinal)
           select $"{tally.Key} {Describe(tally.Value)}",
    ];

    private static string Describe(LabelledSums sums) => $"{sums.Correct}/{sums.Labels} {sums.Confidence:f6}";

    private static string Describe(LabelTally tally) =>
        $"{tally.TruePositives} {tally.FalseNegatives} {tally.FalsePositives} {tally.TrueNegatives} {tally.Correct} {tally.Clusters} "
        + $"{tally.Confidence:f6} {tally.SquaredErrors:f6}";
}
