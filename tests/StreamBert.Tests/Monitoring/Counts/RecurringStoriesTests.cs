using System.Reactive.Linq;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring.Counts;

public sealed class RecurringStoriesTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly PipelineOptions Pipeline = SyntheticStream.Pipeline with
    {
        Monitor = new() { Window = Minute, AllowedLateness = TimeSpan.FromSeconds(2) },
    };

    [Fact]
    public void Texts_that_recur_for_hours_count_individually_from_one_to_two_hours_on()
    {
        var first = CountingTextsFrom(static (minute, text) => Story(text % 7), minutes: 240);

        Assert.InRange(first!.Value, 61, 120);
    }

    [Fact]
    public void Copies_of_news_never_count_individually_however_many_there_are()
    {
        // Each story is copied about thirty times over three quarters of an hour.
        Assert.Null(CountingTextsFrom(static (minute, text) => Story(minute / 5 - (text * 7 + minute) % 9), minutes: 3000));
    }

    [Fact]
    public void Where_a_quarter_of_the_texts_recur_stories_count()
    {
        Assert.Null(CountingTextsFrom(static (minute, text) => text % 4 == 0 ? Story(text) : Story(100 + minute * 50 + text), 3000));
    }

    [Fact]
    public void A_stream_that_ceases_to_recur_counts_stories_again()
    {
        var stories = new RecurringStories();
        for (var minute = 0; minute < 400; minute++)
            stories.Add(Window(minute, text => minute < 200 ? Story(text % 7) : Story(100 + minute)), Minute);

        Assert.False(stories.CountsTexts);
    }

    [Fact]
    public void More_stories_than_fit_forget_the_least_recent_ones_only()
    {
        // Of 400 texts per minute 360 recur; the others are new stories: 2,400 in the first hour, more than fit.
        var first = CountingTextsFrom(
            static (minute, text) => Story(text < 360 ? text : 1000 + minute * 400 + text), minutes: 240, texts: 400);

        Assert.InRange(first!.Value, 61, 120);
    }

    [Fact]
    public void Texts_that_recur_are_found_although_each_window_has_more_new_stories_than_are_remembered()
    {
        // Of 6,000 texts per minute 5,000 are one of a thousand; the others are new stories, twice as many as a window adds.
        var first = CountingTextsFrom(
            static (minute, text) => Story(text < 5000 ? text % 1000 : 10_000 + minute * 1000 + text), minutes: 240, texts: 6000);

        Assert.InRange(first!.Value, 61, 200);
    }

    [Fact]
    public void A_restored_state_continues_as_the_original()
    {
        RecurringStories original = new(), restored = new();
        for (var minute = 0; minute < 200; minute++)
        {
            var window = Window(minute, static text => Story(text % 7));
            original.Add(window, Minute);
            restored.Add(window, Minute);
            restored = JsonSerializer.Deserialize<RecurringStories>(JsonSerializer.Serialize(restored))!;
            Assert.Equal((original.CountsTexts, original.Texts, original.Recurring),
                (restored.CountsTexts, restored.Texts, restored.Recurring));
        }
    }

    [Theory]
    [InlineData(50_000)]
    [InlineData(20)]
    public void Where_texts_count_the_clusters_of_a_series_are_its_texts_also_where_they_are_sampled(int capacity)
    {
        var options = new WindowOptions { MaxClusters = capacity };
        var state = new WindowsState { Recurrence = { CountsTexts = true } };
        var windows = new PipelineWindows(Pipeline, options, TimeSpan.FromHours(1), state, []);
        var feed = new InputFeed();
        List<TextClassified> texts = [.. Enumerable.Range(0, 300).Select(static text => Text(0, text, Story(text % 60), text % 3 == 0))];
        texts.Add(Text(2, 0, 0, false)); // closes the first window
        texts = texts.ConvertAll(text => feed.Place(text, 0));

        var closed = windows.Apply(new(Pipeline.Name, texts, feed.Progress(texts, Start.AddMinutes(2)))).OfType<WindowClosed>().First();

        var all = closed.Counts.Find("sentiment", SeriesKey.All)!;
        Assert.Equal((300, 300, 300), (all.Count, all.Clusters, all.ClusterSquares));
        Assert.InRange(all.ClusterLabels["negative"], capacity < 300 ? 60 : 100, capacity < 300 ? 140 : 100);
    }

    [Fact]
    public void A_surge_among_seven_texts_that_repeat_all_day_is_raised_within_its_first_two_windows()
    {
        var alerts = Monitor(static minute => minute is >= 300 and < 320 ? 0.6 : 0.12, minutes: 480);

        var alert = Assert.Single(alerts, static alert => alert.Series.Segment == SeriesKey.All);
        Assert.Equal(AlertKinds.LabelSurge, alert.Kind);
        Assert.InRange((alert.RaisedAt - Start).TotalMinutes, 301, 302);
        Assert.DoesNotContain("stories", alert.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_usual_is_learned_anew_when_texts_begin_to_count()
    {
        Assert.Empty(Monitor(static _ => 0.12, minutes: 480));
    }

    /// <summary>Returns the minute from which texts count, for a stream of so many texts per minute; null if they never do.</summary>
    private static int? CountingTextsFrom(Func<int, int, ulong> story, int minutes, int texts = 30)
    {
        var stories = new RecurringStories();
        for (var minute = 0; minute < minutes; minute++)
        {
            stories.Add(Window(minute, text => story(minute, text), texts), Minute);
            if (stories.CountsTexts)
                return minute + 1;
        }
        return null;
    }

    private static WindowCounts Window(int minute, Func<int, ulong> story, int texts = 30)
    {
        var window = new WindowCounts { Start = Start.AddMinutes(minute) };
        for (var text = 0; text < texts; text++)
            window.Clusters.Add(new(story(text), IsStory: true), [0], 10_000);
        return window;
    }

    private static ulong Story(int number) => ClusterKey.Mix((ulong)number + 1);

    private static TextClassified Text(int minute, int text, ulong story, bool isNegative) => Predictions.Text(
        Start.AddMinutes(minute).AddSeconds(text % 30 * 2), sentiment: isNegative ? "negative" : "neutral", id: $"{minute}-{text}") with
    {
        Story = SimHash.Format(story),
    };

    /// <summary>Monitors 30 texts per minute, drawn from four neutral and three negative ones.</summary>
    private static IReadOnlyList<AlertRaised> Monitor(Func<int, double> negative, int minutes)
    {
        var (random, feed, outputs) = (new Random(1), new InputFeed(), new List<MonitorOutput>());
        var inputs = Enumerable.Range(0, minutes * 30).ToObservable().SelectMany(index =>
        {
            var (minute, text) = (index / 30, index % 30);
            var isNegative = random.NextDouble() < negative(minute);
            var story = isNegative ? 4 + random.Next(3) : random.Next(4);
            var prediction = Text(minute, text, Story(story), isNegative);
            return feed.Take(prediction, 0, prediction.OccurredAt);
        });
        using var subscription = new StreamMonitor([Pipeline], new MonitoringOptions(), new()).Watch(inputs).Subscribe(outputs.Add);
        return outputs.Raised();
    }
}
