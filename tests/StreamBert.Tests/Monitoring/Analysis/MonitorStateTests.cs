using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;
using StreamBert.Tests.Monitoring.Checkpoints;

namespace StreamBert.Tests.Monitoring.Analysis;

public sealed class MonitorStateTests(ITestOutputHelper output)
{
    [Fact]
    public void A_monitor_that_is_stopped_and_restored_repeatedly_has_exactly_the_outputs_of_an_uninterrupted_one()
    {
        var stream = new SyntheticStream(3)
        {
            Negative = static (time, topic, region) => time is >= 70 and < 110 && topic == "Macro"
                ? 0.8
                : time >= 150 && region == "south" ? 0.5 : 0.2,
        };

        var through = Run(stream, 900, restartEvery: int.MaxValue);
        var interrupted = Run(stream, 900, restartEvery: 397);

        Assert.Contains(through, static line => line.Contains("label-surge", StringComparison.Ordinal));
        Assert.Contains(through, static line => line.Contains("fairness", StringComparison.Ordinal));
        Assert.Equal(through, interrupted);
    }

    [Fact]
    public void A_checkpoint_of_two_pipelines_of_fifty_series_stays_small()
    {
        string[] topics = [.. Enumerable.Range(0, 50).Select(static number => $"A topic of number {number}")];
        var pipelines = new[] { SyntheticStream.Pipeline, SyntheticStream.Pipeline with { Name = "support-chat" } };
        var monitor = new StreamMonitor(pipelines, new(), new());
        var (news, chat) = (new InputFeed(), new InputFeed(topic: "texts.support-chat"));
        var inputs = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(inputs).Subscribe();
        foreach (var (text, partition, _) in new SyntheticStream(4) { Topics = topics, Rate = static _ => 40 }.Play(300))
        {
            foreach (var input in news.Take(text, partition).Concat(chat.Take(text with { Pipeline = "support-chat" }, partition)))
                inputs.OnNext(input);
        }

        var bytes = MonitorStates.ToBytes(monitor.State);

        output.WriteLine($"{bytes.Length:#,0} bytes");
        // 2 × 51 series of six windows with their texts of evidence; the seasonal baseline of the volume is about 4 KB of each pipeline,
        // the hourly sums of confidences and 200 predictions that wait for feedback about 17 KB; the spans of a label 2 KB of each series.
        Assert.InRange(bytes.Length, 1, 550_000);
    }

    [Fact]
    public void With_another_window_length_only_the_alerts_are_kept()
    {
        var saved = new PipelineState { Window = TimeSpan.FromMinutes(1), Alerts = { ["a"] = new() { FiringId = "a@1" } } };
        saved.Volume.Through = SyntheticStream.Start;

        var state = PipelineState.For(SyntheticStream.Pipeline, saved);

        Assert.Equal("a@1", state.Alerts["a"].FiringId);
        Assert.Null(state.Volume.Through);
        Assert.Equal(SyntheticStream.Pipeline.Monitor.Window, state.Window);
    }

    [Fact]
    public void The_alerts_of_a_checkpoint_of_an_earlier_format_are_kept()
    {
        const string Earlier = """
            {"format":1,"next":{"0":12},"seen":[],"pipelines":{"financial-news":{"window":"00:00:10","windows":{"clocks":{"latest":{}}},
             "volume":{"waiting":[3,4]},"alerts":{"a":{"kind":"label-surge","open":"a@1",
             "series":{"pipeline":"financial-news","head":"sentiment","segment":"all"}}}}}}
            """;

        var saved = MonitorStates.FromBytes(CompressedJson.Of(Earlier)).Pipelines["financial-news"];
        var state = PipelineState.For(SyntheticStream.Pipeline, saved);

        Assert.Equal("a@1", state.Alerts["a"].FiringId);
        Assert.Empty(state.Windows.Open);
    }

    [Fact]
    public void Bytes_that_are_no_checkpoint_are_rejected_with_the_reason()
    {
        Assert.Throws<InvalidDataException>(static () => MonitorStates.FromBytes([1, 2, 3]));
        var error = Assert.Throws<InvalidDataException>(static () => MonitorStates.FromBytes(CompressedJson.Of("""{"format":99}""")));
        Assert.Contains("99", error.Message, StringComparison.Ordinal);
    }

    private static List<string> Run(SyntheticStream stream, double seconds, int restartEvery)
    {
        List<string> changes = [];
        var monitor = Restore(new());
        var (inputs, subscription) = Watch(monitor, changes);
        var (number, feed) = (0, new InputFeed());
        foreach (var input in stream.Play(seconds).SelectMany(text => feed.Take(text.Text, text.Partition, text.ArrivesAt)))
        {
            inputs.OnNext(input);
            if (++number % restartEvery != 0)
                continue;
            subscription.Dispose();
            monitor = Restore(MonitorStates.FromBytes(MonitorStates.ToBytes(monitor.State)));
            (inputs, subscription) = Watch(monitor, changes);
        }
        subscription.Dispose();
        return changes;
    }

    private static StreamMonitor Restore(MonitorState state) => new([SyntheticStream.Pipeline], new MonitoringOptions(), state);

    private static (Subject<MonitorInput> Inputs, IDisposable Subscription) Watch(StreamMonitor monitor, List<string> changes)
    {
        var inputs = new Subject<MonitorInput>();
        return (inputs, monitor.Watch(inputs).Subscribe(output => changes.Add(MonitorOutputs.ToJson(output))));
    }
}
