using System.Reactive.Subjects;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Tests.Monitoring.Analysis;

/// <summary>Runs texts that are late, early or out of order through the whole monitor.</summary>
public sealed class LateTextTests
{
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline;
    private readonly InputFeed _feed = new();

    [Fact]
    public void A_surge_of_late_texts_is_raised_when_they_arrive()
    {
        List<TextClassified> texts = [.. new SyntheticStream(5).Play(200).Select(static text => text.Text)];
        var surge = Enumerable.Range(0, 400).Select(
            static number => Predictions.Text(
                SyntheticStream.Start.AddSeconds(170 + number / 20.0), sentiment: "negative", id: $"late-{number}"));

        var outputs = Run(
            [.. texts.Concat(surge).Append(Predictions.Text(SyntheticStream.Start.AddSeconds(260))).Select(static text => (text, 0))]);

        var raised = Assert.Single(
            outputs.Raised(),
            static alert => alert.Kind == AlertKinds.LabelSurge && alert.Series.Segment == SeriesKey.All);
        Assert.InRange((raised.Window.Start - SyntheticStream.Start).TotalSeconds, 160, 190);
        Assert.Contains(outputs.Trends(), static trend => trend.Revision == 1);
    }

    [Fact]
    public void A_silence_that_late_texts_withdraw_is_not_raised()
    {
        List<TextClassified> texts = [.. new SyntheticStream(5).Play(200).Select(static text => text.Text)];
        static bool IsLate(TextClassified text) => (text.OccurredAt - SyntheticStream.Start).TotalSeconds is >= 147 and < 157; // one window
        var after = texts.FindIndex(static text => (text.OccurredAt - SyntheticStream.Start).TotalSeconds >= 160);
        var inOrder = texts.Where(static text => !IsLate(text)).ToList();
        var arrival = inOrder.FindIndex(static text => (text.OccurredAt - SyntheticStream.Start).TotalSeconds >= 163);
        inOrder.InsertRange(arrival, texts.Where(IsLate));

        var outputs = Run([.. inOrder.Select(static text => (text, 0))]);

        Assert.True(after > 0);
        Assert.Empty(outputs.Raised());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_source_in_order_of_time_has_no_late_text_and_the_same_result_in_any_interleaving_of_partitions_and_reads(int partitions)
    {
        var stream = new SyntheticStream(3)
        {
            Negative = static (time, topic, _) => time is >= 70 and < 110 && topic == "Macro" ? 0.8 : 0.2,
        };
        List<TextClassified> texts = [.. stream.Play(200).Select(static text => text.Text).OrderBy(static text => text.OccurredAt)];
        var expected = Run([.. texts.Select(static text => (text, 0))]).ConvertAll(MonitorOutputs.ToJson);

        var found = RunInterleaved(texts, partitions, seed: partitions);

        Assert.Equal(expected, found);
    }

    [Fact]
    public void One_producer_in_ten_with_a_clock_two_minutes_ahead_causes_less_than_one_percent_late_texts_and_no_alert()
    {
        var random = new Random(8);
        static TextClassified Ahead(TextClassified text, DateTimeOffset arrivesAt) =>
            text with { OccurredAt = arrivesAt, ClaimedTime = arrivesAt.AddMinutes(2), Source = "ahead" };
        var texts = new SyntheticStream(5).Play(1200)
            .Select(text => (random.Next(10) == 0 ? Ahead(text.Text, text.ArrivesAt) : text.Text, text.Partition));

        var monitor = new StreamMonitor([Pipeline], new(), new());
        var outputs = Run(monitor, [.. texts]);

        var eventTime = monitor.Pipelines[Pipeline.Name].EventTime;
        Assert.InRange(eventTime.ClockSkew["ahead"], 0.08 * eventTime.Texts, 0.12 * eventTime.Texts);
        Assert.InRange(eventTime.Late + eventTime.TooLate, 0, 0.01 * eventTime.Texts);
        Assert.Empty(outputs.Raised());
    }

    [Fact]
    public void The_texts_of_a_source_polled_every_five_minutes_are_judged_because_the_watermark_is_held_back_for_them()
    {
        var minutes = Pipeline with
        {
            Monitor = Pipeline.Monitor with { Window = TimeSpan.FromMinutes(1), AllowedLateness = TimeSpan.FromSeconds(10) },
        };
        var adapted = PollEveryFiveMinutes(minutes, new());
        Assert.InRange(adapted.Late + adapted.TooLate, 0, 0.03 * adapted.Texts); // those of the first poll

        var rigid = PollEveryFiveMinutes(minutes, new() { Windows = { MaximumHoldBack = TimeSpan.Zero } });
        Assert.True(rigid.Late + rigid.TooLate > 0.2 * rigid.Texts);
        Assert.Equal(TimeSpan.FromMinutes(5), rigid.SufficientLateness);
        var configured = minutes with { Monitor = minutes.Monitor with { AllowedLateness = rigid.SufficientLateness!.Value } };
        var sufficient = PollEveryFiveMinutes(configured, new() { Windows = { MaximumHoldBack = TimeSpan.Zero } });
        Assert.Equal((0, 0), (sufficient.Late, sufficient.TooLate));
    }

    [Fact]
    public void One_producer_in_ten_two_minutes_ahead_whose_time_is_not_clamped_makes_the_others_late_for_a_moment_only()
    {
        var random = new Random(8);
        var texts = new SyntheticStream(5).Play(1200).Select(text => (random.Next(10) == 0
            ? text.Text with { OccurredAt = text.Text.OccurredAt.AddMinutes(2) } : text.Text, 0));

        var monitor = new StreamMonitor([Pipeline], new(), new());
        var outputs = Run(monitor, [.. texts]);

        var eventTime = monitor.Pipelines[Pipeline.Name].EventTime;
        Assert.InRange(eventTime.Late + eventTime.TooLate, 0, 0.1 * eventTime.Texts); // of two minutes; 90 % without the hold-back
        var counts = outputs.Trends().Where(static trend => trend.Series is { Head: "sentiment", Segment: SeriesKey.All })
            .Where(static trend => trend.Window.Start >= SyntheticStream.Start.AddMinutes(5)).ToList();
        Assert.All(counts, static trend => Assert.InRange(trend.Count, 200, 400)); // 300 per window
    }

    /// <summary>Half of the texts arrive at once, the other half when their source is polled.</summary>
    private static EventTimeUpdated PollEveryFiveMinutes(PipelineOptions pipeline, MonitoringOptions options)
    {
        var feed = new InputFeed();
        var texts = new SyntheticStream(5) { Rate = static _ => 1 }.Play(7200)
            .Select(static (text, number) => number % 2 == 0 ? text : text with { ArrivesAt = Polled(text.Text.OccurredAt) })
            .OrderBy(static text => text.ArrivesAt);
        var monitor = new StreamMonitor([pipeline], options, new());
        using var inputs = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(inputs).Subscribe();
        foreach (var input in texts.SelectMany(text => feed.Take(text.Text, text.Partition, text.ArrivesAt)))
            inputs.OnNext(input);
        return monitor.Pipelines[pipeline.Name].EventTime;
    }

    private static DateTimeOffset Polled(DateTimeOffset time) =>
        SyntheticStream.Start + TimeSpan.FromMinutes(5) * Math.Ceiling((time - SyntheticStream.Start) / TimeSpan.FromMinutes(5));

    private List<MonitorOutput> Run(List<(TextClassified Text, int Partition)> texts) =>
        Run(new StreamMonitor([Pipeline], new(), new()), texts);

    private List<MonitorOutput> Run(StreamMonitor monitor, List<(TextClassified Text, int Partition)> texts)
    {
        List<MonitorOutput> outputs = [];
        using var inputs = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(inputs).Subscribe(outputs.Add);
        foreach (var input in texts.SelectMany(text => _feed.Take(text.Text, text.Partition)))
            inputs.OnNext(input);
        return outputs;
    }

    /// <summary>
    /// All texts are in the input before workers process it. Partitions are processed, and predictions and progress are read, at different
    /// speeds.
    /// </summary>
    private static List<string> RunInterleaved(List<TextClassified> texts, int partitions, int seed)
    {
        var (random, feed) = (new Random(seed), new InputFeed(partitions));
        var waiting = texts.Select(text => feed.Place(text, random.Next(partitions))).GroupBy(static text => text.Origin.Partition)
            .Select(static part => new Queue<TextClassified>(part)).ToList();
        List<List<MonitorInput>> topics = [.. Enumerable.Range(0, 5).Select(static _ => new List<MonitorInput>())];
        while (waiting.Any(static part => part.Count > 0))
        {
            var part = waiting[random.Next(waiting.Count)];
            List<TextClassified> step = [.. Enumerable.Range(0, Math.Min(part.Count, random.Next(1, 40))).Select(_ => part.Dequeue())];
            if (step.Count == 0)
                continue;
            foreach (var text in step)
                topics[random.Next(4)].Add(new MonitorInput.Prediction(text, 0));
            topics[4].Add(new MonitorInput.Progress(feed.Progress(step, texts[^1].OccurredAt)));
        }
        List<MonitorOutput> outputs = [];
        var monitor = new StreamMonitor([Pipeline], new(), new());
        using var inputs = new Subject<MonitorInput>();
        using var subscription = monitor.Watch(inputs).Subscribe(outputs.Add);
        var at = new int[5];
        while (Enumerable.Range(0, 5).Where(topic => at[topic] < topics[topic].Count).ToList() is { Count: > 0 } left)
        {
            var topic = left[random.Next(left.Count)];
            for (var read = random.Next(1, 100); read > 0 && at[topic] < topics[topic].Count; read--)
                inputs.OnNext(topics[topic][at[topic]++]);
        }
        Assert.Equal((0, 0), (monitor.Pipelines[Pipeline.Name].EventTime.Late, monitor.Pipelines[Pipeline.Name].EventTime.TooLate));
        return outputs.ConvertAll(MonitorOutputs.ToJson);
    }
}
