using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>Windows with given counts: the windows of the alerts follow from the limit by hand.</summary>
public sealed class FixedLimitTests
{
    [Theory]
    [InlineData(LabelMeasure.Share, ChangeDirection.Above, 0.5, 12, 48)]
    [InlineData(LabelMeasure.Share, ChangeDirection.Below, 0.3, 30, 6)]
    [InlineData(LabelMeasure.Count, ChangeDirection.Above, 40, 12, 48)]
    [InlineData(LabelMeasure.Count, ChangeDirection.Below, 10, 30, 6)]
    [InlineData(LabelMeasure.Count, ChangeDirection.Below, 0, 30, 0)]
    public void An_alert_is_raised_at_the_limit_and_cleared_after_two_windows(
        LabelMeasure measure, ChangeDirection direction, double limit, int normal, int beyond)
    {
        var stream = Create(new() { Measure = measure, Direction = direction, Threshold = limit });

        Feed(stream, 5, (60, normal));
        Feed(stream, 20, (60, beyond));
        Feed(stream, 20, (60, normal));

        Assert.Equal([(5, "Raised"), (26, "Cleared")], Transitions(stream));
    }

    [Theory]
    [InlineData(0.7, 50, 35)]
    [InlineData(0.3, 50, 15)]
    public void A_share_that_equals_the_limit_has_reached_it(double limit, int texts, int selected)
    {
        foreach (var direction in new[] { ChangeDirection.Above, ChangeDirection.Below })
        {
            var stream = Create(new() { Direction = direction, Threshold = limit });
            stream.Feed((texts, selected));
            Assert.Equal([0], stream.Raised);
        }
    }

    [Fact]
    public void A_share_below_the_limit_needs_the_minimum_count_however_long_that_takes()
    {
        LabelRule rule = new() { Direction = ChangeDirection.Below, Threshold = 0.2, MinimumCount = 50 };
        var stream = Create(rule);
        Feed(stream, 3, (1, 0));
        Feed(stream, 2 * LabelStream.Day, (0, 0));
        Assert.Empty(stream.Transitions);

        Feed(stream, 4, (20, 0)); // 60 texts in a time of four windows

        Assert.Equal(2 * LabelStream.Day + 3 + 3, Assert.Single(stream.Raised), tolerance: 1);
    }

    [Fact]
    public void A_share_above_the_limit_needs_the_minimum_count_with_the_label()
    {
        LabelRule rule = new() { Threshold = 0.5, MinimumCount = 8 };
        var stream = Create(rule);

        Feed(stream, 1, (4, 4));
        Assert.Empty(stream.Transitions);
        Feed(stream, 1, (4, 4));

        Assert.Equal([1], stream.Raised);
    }

    [Fact]
    public void A_share_that_has_fallen_below_the_limit_is_not_judged_by_the_incident_before()
    {
        var stream = Create(new() { Threshold = 0.3 });

        Feed(stream, 60, (40, 28));
        Feed(stream, 10, (40, 0));

        Assert.Equal([(0, "Raised"), (61, "Cleared")], Transitions(stream));
    }

    [Fact]
    public void A_share_of_few_texts_clears_when_the_stream_ends()
    {
        var stream = Create(new() { Threshold = 0.3, Direction = ChangeDirection.Below });

        Feed(stream, 10, (10, 0));
        Feed(stream, LabelStream.Day + 500, (0, 0));

        Assert.Equal(["Raised", "Cleared"], Transitions(stream).Select(static transition => transition.Item2));
    }

    [Fact]
    public void A_count_in_the_window_in_which_the_stream_began_is_not_below_the_limit()
    {
        LabelRule rule = new() { Measure = LabelMeasure.Count, Direction = ChangeDirection.Below, Threshold = 10 };
        var (partial, complete) = (new LabelStream(seed: 1, segments: 1, rule) { IsFirstPartial = true }, Create(rule));

        partial.Feed((8, 4));
        complete.Feed((8, 4));

        Assert.Empty(partial.Raised);
        Assert.Equal([0], complete.Raised);
    }

    private static LabelStream Create(LabelRule rule) => new(seed: 1, segments: 1, rule);

    private static void Feed(LabelStream stream, int windows, (int, int) counts)
    {
        for (var window = 0; window < windows; window++)
            stream.Feed(counts);
    }

    private static IEnumerable<(int, string)> Transitions(LabelStream stream) =>
        stream.Transitions.Select(static change => (change.Window, change.Transition is Transition.Raised ? "Raised" : "Cleared"));
}
