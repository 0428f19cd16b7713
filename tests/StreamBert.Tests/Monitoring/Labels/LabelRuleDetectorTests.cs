using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>Seeded streams of windows of a minute; the exact window of each alert is pinned.</summary>
public sealed class LabelRuleDetectorTests
{
    private const int Day = LabelStream.Day;

    [Fact]
    public void A_topic_of_five_texts_per_minute_that_turns_negative_is_raised_and_cleared()
    {
        var stream = new LabelStream(seed: 1, segments: 4)
        {
            Share = static (window, segment) => segment == 0 && window is >= 2 * Day and < 2 * Day + 180 ? 0.7 : 0.2,
        };

        stream.RunTo(2 * Day + 400);

        Assert.Equal([(2 * Day + 3, "topic=000")], Raised(stream));
        Assert.InRange(ClearedAt(stream), 2 * Day + 180, 2 * Day + 210);
        var evidence = EvidenceOf(stream);
        Assert.True(evidence.IsAbove);
        Assert.InRange(evidence.Expected, 0.15, 0.25);
        Assert.InRange(evidence.Value, evidence.Interval!.Low, evidence.Interval.High);
        Assert.Equal(TimeSpan.FromHours(48), evidence.BaselineAge);
        Assert.Equal("negative", evidence.ExpectedNow!.Label);
    }

    [Theory]
    [InlineData("head:topic", "topic=")]
    [InlineData("entity:ner", "entity=ORG:")]
    [InlineData("attribute:queue", "queue=")]
    [InlineData("source", "source=")]
    public void A_rule_watches_the_segments_of_its_dimension(string dimension, string prefix)
    {
        LabelRule rule = new() { Measure = LabelMeasure.Count, Threshold = 30, Segments = [dimension] };
        var stream = new LabelStream(seed: 14, segments: 2, rule, dimension: dimension, prefix: prefix);

        stream.Feed((60, 0), (60, 40));

        Assert.Equal([(0, SeriesKey.All), (0, $"{prefix}001")], Raised(stream));
    }

    [Fact]
    public void A_surge_after_ten_windows_is_raised_though_topics_differ_from_what_was_known_of_the_pipeline()
    {
        const int Surge = 10;
        var stream = new LabelStream(seed: 6, segments: 20, reference: static (_, _) => 0.13)
        {
            Rate = static (window, segment) => segment == 0 && window >= Surge ? 80 : 20,
            Share = static (window, segment) => segment == 0 ? window >= Surge ? 0.85 : 0.2 : segment * 0.025,
        };

        stream.RunTo(Surge + 6);

        Assert.Equal([(Surge, "topic=000")], Raised(stream));
        Assert.True(EvidenceOf(stream).IsCritical);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_short_dip_on_the_first_day_does_not_become_what_is_usual(int seed)
    {
        const int Dip = Day / 2;
        var stream = new LabelStream(seed, segments: 1)
        {
            Rate = static (_, _) => 20,
            Share = static (window, _) => window is >= Dip and < Dip + 10 ? 0.1 : 0.5,
        };

        stream.RunTo(2 * Day);

        Assert.Empty(stream.Transitions);
    }

    [Fact]
    public void Two_rules_on_a_label_that_differ_in_direction_are_both_judged()
    {
        LabelRule above = new() { Measure = LabelMeasure.Count, Threshold = 30 };
        var below = above with { Direction = ChangeDirection.Below, Threshold = 10 };
        var stream = new LabelStream(seed: 15, segments: 1, above, other: below);

        stream.Feed((60, 40));
        stream.Feed((60, 5));

        Assert.Equal((1, 1), (stream.Count(AlertKinds.LabelSurge), stream.Count(AlertKinds.LabelDrop)));
    }

    [Fact]
    public void A_rise_over_a_day_is_raised_while_the_baseline_follows_it()
    {
        const int Start = 8 * Day;
        var stream = new LabelStream(seed: 2, segments: 1)
        {
            Rate = static (_, _) => 10,
            Share = static (window, _) => 0.2 + 0.5 * Math.Clamp((window - Start) / (double)Day, 0, 1),
        };

        stream.RunTo(Start + Day);

        Assert.InRange(Assert.Single(stream.Raised.Take(1)), Start + 60, Start + 8 * 60);
    }

    [Fact]
    public void A_rare_class_that_rises_from_two_to_ten_percent_is_raised()
    {
        var stream = new LabelStream(seed: 3, segments: 1, new() { Label = "anomaly", Direction = ChangeDirection.Both })
        {
            Rate = static (_, _) => 50,
            Share = static (window, _) => window >= 2 * Day ? 0.1 : 0.02,
        };

        stream.RunTo(2 * Day + 60);

        Assert.InRange(Assert.Single(stream.Raised), 2 * Day, 2 * Day + 5);
        Assert.Equal("anomaly", EvidenceOf(stream).Rule.Label);
    }

    [Fact]
    public void A_fall_is_raised_as_a_drop()
    {
        var stream = new LabelStream(seed: 4, segments: 1, new() { Label = "positive", Direction = ChangeDirection.Below })
        {
            Rate = static (_, _) => 20,
            Share = static (window, _) => window >= Day ? 0.1 : 0.5,
        };

        stream.RunTo(Day + 30);

        Assert.InRange(Assert.Single(stream.Raised), Day, Day + 8);
        Assert.Equal(1, stream.Count(AlertKinds.LabelDrop));
        Assert.False(EvidenceOf(stream).IsAbove);
    }

    [Fact]
    public void One_text_a_window_where_there_is_usually_none_is_not_enough()
    {
        var stream = new LabelStream(seed: 5, segments: 1) { Rate = static (_, _) => 0.2, Share = static (_, _) => 0.01 };
        stream.RunTo(2 * Day);
        for (var window = 0; window < 4; window++)
            stream.Feed((1, 1));

        Assert.Empty(stream.Raised);
    }

    [Theory]
    [InlineData(LabelMeasure.Share, 0.4, 50, 25, true)]
    [InlineData(LabelMeasure.Share, 0.4, 50, 15, false)]
    [InlineData(LabelMeasure.Count, 30, 100, 30, true)]
    [InlineData(LabelMeasure.Count, 30, 100, 29, false)]
    public void A_fixed_limit_is_judged_from_the_first_window_on(LabelMeasure measure, double limit, int texts, int selected, bool isRaised)
    {
        var stream = new LabelStream(seed: 6, segments: 1, new() { Measure = measure, Threshold = limit });

        stream.Feed((texts, selected));

        Assert.Equal(isRaised ? [0] : [], stream.Raised);
    }

    [Fact]
    public void The_count_of_a_label_is_watched_whatever_the_other_texts_do()
    {
        var stream = new LabelStream(seed: 7, segments: 1, new() { Measure = LabelMeasure.Count })
        {
            Rate = static (window, _) => window >= 2 * Day ? 60 : 20,
            Share = static (_, _) => 0.2,
        };

        stream.RunTo(2 * Day + 30);

        Assert.InRange(Assert.Single(stream.Raised), 2 * Day, 2 * Day + 8);
        Assert.Equal("stories per window", EvidenceOf(stream).Unit);
    }

    [Fact]
    public void A_resolved_surge_is_not_raised_again_by_the_hour_that_it_was_part_of()
    {
        const int Start = 8 * Day + 10;
        for (var seed = 1; seed <= 3; seed++)
        {
            var stream = new LabelStream(seed, segments: 1, new() { Measure = LabelMeasure.Count })
            {
                Rate = static (_, _) => 40,
                Share = static (window, _) => window is >= Start and < Start + 30 ? 0.125 : 0.025,
            };

            stream.RunTo(Start + 120);

            Assert.Single(stream.Raised, static window => window >= Start);
        }
    }

    [Fact]
    public void A_share_that_falls_by_half_of_the_floor_clears_only_at_the_end()
    {
        var stream = new LabelStream(seed: 8, segments: 1)
        {
            Rate = static (_, _) => 200,
            Share = static (window, _) => window < Day ? 0.2 : window < Day + 30 ? 0.7 : window < Day + 60 ? 0.28 : 0.2,
        };

        stream.RunTo(Day + 90);

        Assert.Single(stream.Raised);
        Assert.InRange(ClearedAt(stream), Day + 60, Day + 75);
    }

    [Fact]
    public void A_baseline_neither_adopts_a_failure_within_hours_nor_freezes()
    {
        var stream = new LabelStream(seed: 9, segments: 1)
        {
            Rate = static (_, _) => 20,
            Share = static (window, _) => window < 3 * Day ? 0.2 : 0.6,
        };
        stream.RunTo(3 * Day + 360);
        Assert.Single(stream.Transitions);
        Assert.InRange(ExpectedShare(stream), 0.15, 0.3);

        stream.RunTo(10 * Day); // adopted after a day: the alert is resolved and the new level is normal

        Assert.IsType<Transition.Adopted>(stream.Transitions[1].Transition);
        Assert.InRange(ExpectedShare(stream), 0.55, 0.65);
        Assert.Equal(1, stream.Count(AlertKinds.LabelSurge));
    }

    [Fact]
    public void The_first_windows_of_a_surge_do_not_widen_what_is_expected()
    {
        var stream = new LabelStream(seed: 10, segments: 1) { Rate = static (_, _) => 20 };
        stream.RunTo(Day);
        var before = Width(stream);

        stream.Share = static (_, _) => 0.5;
        while (!stream.Raised.Any())
            stream.Feed();

        Assert.InRange(Width(stream) / before, 0.7, 1.3);
    }

    [Fact]
    public void An_incident_at_the_start_is_found_if_the_training_data_of_the_model_is_known()
    {
        var stream = new LabelStream(seed: 11, segments: 1, reference: static (_, _) => 0.2)
        {
            Rate = static (_, _) => 20,
            Share = static (window, _) => window < 360 ? 0.7 : 0.2,
        };

        stream.RunTo(500);

        Assert.InRange(Assert.Single(stream.Raised), 0, 15);
        Assert.InRange(ClearedAt(stream), 360, 380);
    }

    [Fact]
    public void Late_texts_raise_the_alert_of_a_window_that_was_closed()
    {
        var stream = new LabelStream(seed: 12, segments: 1) { Rate = static (_, _) => 50 };
        stream.RunTo(Day);

        stream.Revise(Day - 2, (200, 160));

        Assert.Equal([Day], stream.Raised);
    }

    [Fact]
    public void A_restored_detector_judges_as_an_uninterrupted_one()
    {
        var uninterrupted = Restorable();
        var interrupted = Restorable();
        uninterrupted.RunTo(2 * Day + 300);
        while (interrupted.Windows < 2 * Day + 300)
        {
            interrupted.RunTo(interrupted.Windows + 97);
            interrupted.Restore();
        }

        Assert.NotEmpty(uninterrupted.Raised);
        Assert.Equal(uninterrupted.Raised, interrupted.Raised.Where(static window => window < 2 * Day + 300));
        var (expected, actual) = (uninterrupted, interrupted);
        actual.RunTo(2 * Day + 400);
        expected.RunTo(actual.Windows);
        Assert.Equal(JsonSerializer.Serialize(expected.States), JsonSerializer.Serialize(actual.States));
    }

    private static LabelStream Restorable() => new(seed: 13, segments: 4)
    {
        Share = static (window, segment) => segment == 1 && window >= 2 * Day + 50 ? 0.7 : 0.2,
    };

    private static List<(int, string)> Raised(LabelStream stream) =>
    [
        .. stream.Transitions.Where(static change => change.Transition is Transition.Raised)
            .Select(static change => (change.Window, change.Transition.Alert.Series.Segment)),
    ];

    private static int ClearedAt(LabelStream stream) =>
        Assert.Single(stream.Transitions, static change => change.Transition is Transition.Cleared).Window;

    private static LabelEvidence EvidenceOf(LabelStream stream) => Assert.IsType<LabelEvidence>(
        Assert.IsType<Transition.Raised>(stream.Transitions[0].Transition).Assessment.Evidence);

    private static double ExpectedShare(LabelStream stream) => ExpectationOf(stream).Value;

    private static double Width(LabelStream stream) => ExpectationOf(stream).Interval is { } interval ? interval.High - interval.Low : 0;

    private static Expectation ExpectationOf(LabelStream stream) => stream.Last[SeriesKey.All].Evidence.Expectation!;
}
