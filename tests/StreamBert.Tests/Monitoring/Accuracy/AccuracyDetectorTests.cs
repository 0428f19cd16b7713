using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts;
using StreamBert.Monitoring.Feedback;

namespace StreamBert.Tests.Monitoring.Accuracy;

public sealed class AccuracyDetectorTests
{
    private const int Week = 168;

    private static readonly int CleanStreams = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 6 : 2;

    [Fact]
    public void A_decline_is_raised_after_these_hours_and_resolved_when_it_is_over()
    {
        var stream = new HourlyStream(1);
        List<string> changes = [];
        for (var hour = 0; hour < 2 * Week; hour++)
        {
            var changed = stream.Feed(200, hour is >= 200 and < 260 ? 0.74 : 0.8);
            changes.AddRange(changed.Select(change => $"{hour}{change}"));
        }

        // An hour is assessed with the window after it. Its standard error is 0.006, so that one hour of a decline of 0.06 is enough.
        Assert.Equal(["201+all", "264-all"], changes);
    }

    [Fact]
    public void A_small_decline_of_a_small_stream_is_found_by_accumulation()
    {
        var (found, delays) = (0, new List<int>());
        for (var seed = 0; seed < 20; seed++)
        {
            var stream = new HourlyStream(seed);
            for (var hour = 0; hour < Week + 48 && stream.Raised == 0; hour++)
                stream.Feed(40, hour >= Week ? 0.73 : 0.8);
            found += stream.Raised;
            delays.Add(stream.Hours - Week);
        }

        Assert.True(found >= 19, $"{found} of 20 found");
        Assert.InRange(delays.Order().ElementAt(10), 2, 10);
    }

    /// <summary>The oracle is the budget: one false alarm in seven days, here of eleven series together.</summary>
    [Fact]
    public void Clean_streams_stay_within_the_budget()
    {
        var (raised, weeks, segments) = (0, 0, Enumerable.Range(0, 10).Select(static topic => $"topic={topic}").ToArray());
        for (var seed = 0; seed < CleanStreams; seed++)
        {
            var stream = new HourlyStream(seed);
            for (var hour = 0; hour < 4 * Week; hour++)
                stream.Feed(40, 0.8, segments);
            (raised, weeks) = (raised + stream.Raised, weeks + 3);
        }

        Assert.True(raised <= 2 * weeks, $"{raised} false alarms in {weeks} weeks");
    }

    [Fact]
    public void A_weekend_that_is_always_less_accurate_is_no_decline_and_a_worse_one_is()
    {
        var stream = new HourlyStream(5);
        for (var hour = 0; hour < 6 * Week; hour++)
            Assert.Empty(stream.Feed(200, IsWeekend(hour) ? 0.7 : 0.8));

        for (var hour = 6 * Week; hour < 7 * Week; hour++)
            stream.Feed(200, IsWeekend(hour) ? 0.62 : 0.8);

        Assert.Equal(1, stream.Raised);

        static bool IsWeekend(int hour) => hour % Week >= 120;
    }

    [Fact]
    public void A_decline_below_the_minimum_drop_is_no_alert_however_long_it_lasts()
    {
        var stream = new HourlyStream(3);
        for (var hour = 0; hour < 4 * Week; hour++)
            Assert.Empty(stream.Feed(400, hour >= Week ? 0.77 : 0.8));

        Assert.Equal(0.8, stream.Segments["all"].Reference!.Mean(), 0.005); // the last-good week does not follow
    }

    [Theory]
    [InlineData("v1", "+all")]
    [InlineData("v2", "+all -all")]
    public void A_lasting_decline_becomes_normal_only_if_a_new_version_of_the_model_came_with_it(string version, string changes)
    {
        var options = new AlertOptions();
        var stream = new HourlyStream(4, options);
        List<string> changed = [];
        for (var hour = 0; hour < 2 * Week + options.AdoptAfter.TotalHours; hour++)
        {
            stream.Version = hour >= Week ? version : "v1";
            changed.AddRange(stream.Feed(200, hour >= Week ? 0.7 : 0.8));
        }

        Assert.Equal(changes, string.Join(' ', changed));
    }

    [Fact]
    public void A_daily_cycle_of_the_accuracy_is_no_decline()
    {
        var stream = new HourlyStream(5);
        for (var hour = 0; hour < 4 * Week; hour++)
        {
            var changes = stream.Feed(200, hour % 24 < 8 ? 0.72 : 0.8);
            if (hour >= Week)
                Assert.Empty(changes);
        }
    }

    [Fact]
    public void Only_the_declining_topic_is_named_and_a_topic_without_texts_is_forgotten_after_a_day()
    {
        var stream = new HourlyStream(6);
        for (var hour = 0; hour < Week; hour++)
            stream.Feed(100, 0.8, "topic=Macro", "topic=Energy");
        Assert.Equal(["all", "topic=Energy", "topic=Macro"], stream.Segments.Keys.Order(StringComparer.Ordinal));

        for (var hour = 0; hour < 27; hour++)
            stream.Feed(100, 0.8, "topic=Macro");

        Assert.Equal(["all", "topic=Macro"], stream.Segments.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Entities_are_not_watched()
    {
        var stream = new HourlyStream(7);
        stream.Feed(50, 0.8, "entity=ORG:apple", "topic=Macro");
        stream.Feed(50, 0.8, "entity=ORG:apple", "topic=Macro");

        Assert.DoesNotContain("entity=ORG:apple", stream.Segments.Keys);
        Assert.Equal(["all", "topic=Macro"], stream.Reports.Select(static report => report.Series.Segment).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_hour_is_reported_with_the_labelled_accuracy_beside_the_estimate()
    {
        var stream = new HourlyStream(8);
        stream.Feed(100, 0.8);
        for (var label = 0; label < 40; label++)
            stream.Labels.Add(Label(isCorrect: label % 4 > 0, isInSample: label < 20));
        stream.Feed(100, 0.8);
        stream.Feed(100, 0.8);

        var report = stream.Reports[^1];

        Assert.Equal((2, TimeSpan.FromHours(1)), (stream.Reports.Count, report.Window.End - report.Window.Start));
        Assert.Equal((100, 200), (report.Hour.Texts, report.Day.Texts));
        Assert.Equal(0.8, report.Day.Accuracy!.Value, 0.02);
        Assert.Equal((20, 15, 0.75), (report.Sample!.Labels, report.Sample.Correct, report.Sample.Accuracy));
        Assert.Equal(WilsonInterval.Of(15, 20), report.Sample.Interval);
        Assert.Equal(20, report.OtherFeedback!.Labels);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_label_that_replaces_another_is_counted_instead_of_it(bool isInSample)
    {
        var stream = new HourlyStream(8);
        stream.Feed(100, 0.8);
        stream.Labels.AddRange([Label(isCorrect: true, isInSample), Label(isCorrect: true, isInSample)]);
        stream.Feed(100, 0.8);

        stream.Labels.Add(Label(isCorrect: false, isInSample, new(0, Label(isCorrect: true, isInSample).Given!, stream.Time)));
        stream.Feed(100, 0.8);
        stream.Feed(100, 0.8);

        var accuracy = isInSample ? stream.Reports[^1].Sample! : stream.Reports[^1].OtherFeedback!;
        Assert.Equal((2, 1, 0.8), (accuracy.Labels, accuracy.Correct, accuracy.MeanConfidence));
        Assert.Equal(isInSample ? 4 : 0, stream.Segments["all"].Labelled!.SquaredLabels); // of the hour of the first labels
    }

    [Fact]
    public void The_days_of_labels_that_have_left_the_history_are_not_reduced()
    {
        var stream = new HourlyStream(8);
        stream.Feed(100, 0.8);
        var forgotten = new CountedLabel(0, Label(isCorrect: true, isInSample: true).Given!, stream.Time.AddDays(-40));
        stream.Labels.Add(Label(isCorrect: true, isInSample: true, forgotten));
        stream.Feed(100, 0.8);
        stream.Feed(100, 0.8);

        Assert.Equal((1, 1), (stream.Reports[^1].Sample!.Labels, stream.Reports[^1].Sample!.Correct));
    }

    [Fact]
    public void Labels_that_vary_more_between_hours_than_the_confidences_say_widen_the_interval()
    {
        // The oracle is the simulated variance: the accuracy of an hour is 0.8 plus or minus 0.1, so its variance beyond sampling is 0.01.
        var (stream, random) = (new HourlyStream(9), new Random(9));
        for (var hour = 0; hour < 500; hour++)
        {
            var accuracy = random.Next(2) == 0 ? 0.7 : 0.9;
            for (var label = 0; label < 20; label++)
                stream.Labels.Add(Label(random.NextDouble() < accuracy, isInSample: true));
            stream.Feed(100, 0.8);
        }

        Assert.InRange(stream.Segments["all"].Labelled!.VarianceBetweenHours(), 0.006, 0.011);
        Assert.True(stream.Reports[^1].Hour.Interval!.High - stream.Reports[^1].Hour.Interval!.Low > 0.3, "the interval of the hour");
    }

    private static FeedbackChange Label(bool isCorrect, bool isInSample, CountedLabel? former = null) =>
        new(0, new("sentiment", isCorrect ? "neutral" : "negative", "neutral", 0.8) { IsInSample = isInSample }, former);
}
