using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Alerts.Wording;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>The oracle of sums is the sum over the windows themselves; the windows of alerts follow from given counts by hand.</summary>
public sealed class HoppingWindowTests
{
    private const int Length = 10;

    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 3)]
    [InlineData(10, 4)]
    [InlineData(16, 4)]
    public void It_is_the_sum_of_the_last_windows_at_each_of_them(int length, int scale)
    {
        var (random, windows, hopping) = (new Random(1), new List<float>(), HoppingWindow.Create(length));
        for (var index = 1000; index < 1100; index++)
        {
            windows.Add(random.Next(20));
            hopping.Add(index, new() { Amount = windows[^1] }, isPartial: false);
            if (index % 3 == 0 && windows.Count > 2)
            {
                Assert.Equal(length > 2, hopping.Revise(index - 2, new() { Amount = 5 }));
                windows[^3] += 5;
            }
            var span = hopping.ToSpan();
            Assert.Equal(windows.TakeLast(length).Sum(), span.Sums.Amount);
            Assert.Equal(windows.TakeLast((length + 1) / 2).Sum(), span.LaterHalf.Amount);
            Assert.Equal((scale, length, index + 1L), (span.Scale, span.Windows, span.End));
            Assert.Equal(windows.Count >= length, span.IsComplete);
        }
    }

    [Fact]
    public void It_starts_again_after_a_gap_and_does_not_take_changes_of_windows_that_have_left_it()
    {
        var hopping = HoppingWindow.Create(3);
        for (var index = 0; index < 5; index++)
            hopping.Add(index, new() { Amount = 1 }, isPartial: false);
        Assert.False(hopping.Revise(1, new() { Amount = 1 }));
        Assert.False(hopping.Revise(5, new() { Amount = 1 }));

        hopping.Add(9, new() { Amount = 2 }, isPartial: false);

        Assert.Equal((2, false), (hopping.ToSpan().Sums.Amount, hopping.ToSpan().IsComplete));
    }

    [Fact]
    public void A_limit_in_ten_minutes_is_compared_with_the_count_of_ten_minutes()
    {
        var stream = Create(new() { Measure = LabelMeasure.Count, Threshold = 100, Window = TenMinutes });

        Feed(stream, 20, (40, 8)); // 80 in ten minutes
        Feed(stream, 20, (40, 16)); // 7 · 8 + 3 · 16 = 104
        Feed(stream, 20, (40, 8)); // 160 − 8 · 8 = 96 after eight windows

        Assert.Equal([(22, true), (48, false)], Transitions(stream));
        var raised = Assert.IsType<Transition.Raised>(stream.Transitions[0].Transition).Assessment;
        var evidence = Assert.IsType<LabelEvidence>(raised.Evidence);
        Assert.Equal((104, 100, "stories in 10 min"), (evidence.Value, evidence.Baseline, evidence.Unit));
        Assert.Equal(TenMinutes, evidence.Window.End - evidence.Window.Start);
        Assert.InRange(104, evidence.Interval!.Low, evidence.Interval.High);
        Assert.Equal(
            "Surge of negative texts in news: 104 in 10 minutes, the limit is 100 in 10 minutes", AlertText.Of(raised).Title);
    }

    [Fact]
    public void A_count_below_the_limit_of_an_hour_needs_a_whole_hour()
    {
        LabelRule rule = new()
        {
            Measure = LabelMeasure.Count,
            Direction = ChangeDirection.Below,
            Threshold = 250,
            Window = TimeSpan.FromHours(1),
        };
        var stream = new LabelStream(seed: 1, segments: 1, rule) { IsFirstPartial = true };

        Feed(stream, 61, (10, 5)); // 300 per hour
        Assert.Empty(stream.Transitions);
        Feed(stream, 10, (10, 0)); // 250 after ten windows

        Assert.Equal([70], stream.Raised);
    }

    [Fact]
    public void The_expectation_refers_to_the_window_of_the_rule()
    {
        LabelRule rule = new() { Measure = LabelMeasure.Count, Window = TenMinutes };
        var stream = new LabelStream(seed: 2, segments: 1, rule)
        {
            Rate = static (_, _) => 20,
            Share = static (window, _) => window < LabelStream.Day ? 0.2 : 0.8,
        };

        stream.RunTo(LabelStream.Day + 20);

        Assert.InRange(Assert.Single(stream.Raised), LabelStream.Day, LabelStream.Day + Length);
        var evidence = Assert.IsType<LabelEvidence>(
            Assert.IsType<Transition.Raised>(stream.Transitions[0].Transition).Assessment.Evidence);
        Assert.InRange(evidence.Baseline, 34, 46); // 20 · 0.2 · 10
        Assert.InRange(evidence.Value, 1.5 * evidence.Baseline, 170);
        Assert.Equal(Length, evidence.Windows);
    }

    [Fact]
    public void Late_texts_count_in_the_window_of_the_rule()
    {
        var stream = Create(new() { Measure = LabelMeasure.Count, Threshold = 100, Window = TenMinutes });
        Feed(stream, 20, (40, 8));

        stream.Revise(17, (80, 30));

        Assert.Equal([20], stream.Raised);
        Assert.Equal(102, stream.Last[SeriesKey.All].Evidence.Value);
    }

    [Fact]
    public void A_restart_keeps_the_window_of_the_rule()
    {
        LabelRule rule = new() { Measure = LabelMeasure.Count, Threshold = 100, Window = TenMinutes };
        var (restored, uninterrupted) = (Create(rule), Create(rule));
        foreach (var stream in new[] { restored, uninterrupted })
        {
            Feed(stream, 21, (40, 8));
            Feed(stream, 1, (40, 16));
            if (stream == restored)
                stream.Restore();
            Feed(stream, 5, (40, 16));
        }

        Assert.Equal([23], restored.Raised); // 7 · 8 + 3 · 16 = 104
        Assert.Equal(JsonSerializer.Serialize(uninterrupted.States), JsonSerializer.Serialize(restored.States));
    }

    private static LabelStream Create(LabelRule rule) => new(seed: 1, segments: 1, rule);

    private static void Feed(LabelStream stream, int windows, (int, int) counts)
    {
        for (var window = 0; window < windows; window++)
            stream.Feed(counts);
    }

    private static IEnumerable<(int, bool)> Transitions(LabelStream stream) =>
        stream.Transitions.Select(static change => (change.Window, change.Transition is Transition.Raised));
}
