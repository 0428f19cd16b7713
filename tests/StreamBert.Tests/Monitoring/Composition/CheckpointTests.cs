using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Composition;

namespace StreamBert.Tests.Monitoring.Composition;

public sealed class CheckpointTests(ITestOutputHelper output)
{
    [Fact]
    public void A_monitor_that_is_stopped_and_restored_again_and_again_says_exactly_what_one_that_ran_through_says()
    {
        var stream = new SyntheticStream(3)
        {
            Negative = static (time, topic, region) => time is >= 70 and < 110 && topic == "Macro"
                ? 0.8
                : time >= 150 && region == "south" ? 0.5 : 0.2,
        };

        var through = Run(stream, 300, restartEvery: int.MaxValue);
        var interrupted = Run(stream, 300, restartEvery: 97);

        Assert.Contains(through, static line => line.Contains("negative-surge", StringComparison.Ordinal));
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
        using var watching = monitor.Watch(inputs).Subscribe();
        foreach (var (text, partition, _) in new SyntheticStream(4) { Topics = topics, Rate = static _ => 40 }.Play(300))
        {
            foreach (var input in news.Take(text, partition).Concat(chat.Take(text with { Pipeline = "support-chat" }, partition)))
                inputs.OnNext(input);
        }

        var bytes = monitor.State.ToBytes();

        output.WriteLine($"{bytes.Length:#,0} bytes");
        Assert.InRange(bytes.Length, 1, 300_000);
    }

    [Fact]
    public void Under_another_window_length_only_the_alerts_live_on()
    {
        var saved = new PipelineState { Window = TimeSpan.FromMinutes(1), Alerts = { ["a"] = new() { Open = "a@1" } } };
        saved.Volume.Update(new(SyntheticStream.Start, 5), false, 10);

        var state = PipelineState.For(SyntheticStream.Pipeline, saved);

        Assert.Equal("a@1", state.Alerts["a"].Open);
        Assert.Empty(state.Volume.Waiting);
        Assert.Equal(SyntheticStream.Pipeline.Monitor.Window, state.Window);
    }

    [Fact]
    public void Of_a_checkpoint_of_the_earlier_format_the_alerts_live_on()
    {
        const string Earlier = """
            {"format":1,"next":{"0":12},"seen":[],"pipelines":{"financial-news":{"window":"00:00:10","windows":{"clocks":{"latest":{}}},
             "volume":{"waiting":[3,4]},"alerts":{"a":{"kind":"negative-surge","series":{"pipeline":"financial-news","head":"sentiment","segment":"all"},"open":"a@1"}}}}}
            """;
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionLevel.Fastest))
            zip.Write(System.Text.Encoding.UTF8.GetBytes(Earlier));

        var state = PipelineState.For(SyntheticStream.Pipeline, MonitorState.FromBytes(bytes.ToArray()).Pipelines["financial-news"]);

        Assert.Equal("a@1", state.Alerts["a"].Open);
        Assert.Empty(state.Windows.Open);
    }

    [Fact]
    public void Bytes_that_are_no_checkpoint_are_refused_with_the_reason()
    {
        Assert.Throws<InvalidDataException>(static () => MonitorState.FromBytes([1, 2, 3]));
        var error = Assert.Throws<InvalidDataException>(static () => MonitorState.FromBytes(new MonitorState { Format = 99 }.ToBytes()));
        Assert.Contains("99", error.Message, StringComparison.Ordinal);
    }

    private static List<string> Run(SyntheticStream stream, double seconds, int restartEvery)
    {
        List<string> said = [];
        var monitor = Restore(new());
        var (inputs, watching) = Watch(monitor, said);
        var (number, feed) = (0, new InputFeed());
        foreach (var input in stream.Play(seconds).SelectMany(text => feed.Take(text.Text, text.Partition, text.ArrivesAt)))
        {
            inputs.OnNext(input);
            if (++number % restartEvery != 0)
                continue;
            watching.Dispose();
            monitor = Restore(MonitorState.FromBytes(monitor.State.ToBytes()));
            (inputs, watching) = Watch(monitor, said);
        }
        watching.Dispose();
        return said;
    }

    private static StreamMonitor Restore(MonitorState state) => new([SyntheticStream.Pipeline], new MonitoringOptions(), state);

    private static (Subject<MonitorInput> Inputs, IDisposable Watching) Watch(StreamMonitor monitor, List<string> said)
    {
        var inputs = new Subject<MonitorInput>();
        return (inputs, monitor.Watch(inputs).Subscribe(output => said.Add(Json(output))));
    }

    private static string Json(MonitorOutput output) => output switch
    {
        { Trend: { } trend } => Wire.ToJson(trend),
        { Raised: { } raised } => Wire.ToJson(raised),
        _ => Wire.ToJson(output.Resolved!),
    };
}
