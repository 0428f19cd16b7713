using StreamBert.Contracts;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>
/// The death of a pipeline or of a segment on the first day, before any hour of the day was seen twice. The oracle is the seeded
/// simulation.
/// </summary>
public sealed class VolumeFirstDayTests(ITestOutputHelper output)
{
    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 200 : 4;

    private static readonly TimeSpan Learned = new(8, 20, 0);

    [Theory]
    [InlineData(28, 0, 5)]
    [InlineData(7, 0, 15)]
    [InlineData(1.4, 0, 75)]
    [InlineData(28, 8, 3)]
    [InlineData(7, 8, 4)]
    [InlineData(1.4, 8, 15)]
    public void The_death_of_a_pipeline_is_raised_after_eight_hours_of_learning_and_later(double rate, int days, int withinMinutes) =>
        AssertDelays(
            $"{rate} texts per minute", days, withinMinutes,
            seed => DelayOf(new(seed), Monday.AddDays(days) + Learned, rate, SeriesKey.All));

    [Theory]
    [InlineData(0.25, 0, 4)]
    [InlineData(0.05, 0, 20)]
    [InlineData(0.25, 8, 4)]
    [InlineData(0.05, 8, 20)]
    public void The_death_of_a_segment_is_raised_while_the_pipeline_continues(double share, int days, int withinMinutes) =>
        AssertDelays(
            $"{share} of 28 texts per minute", days, withinMinutes,
            seed => DelayOf(Segmented(seed, share), Monday.AddDays(days) + Learned, 28, "queue=a"));

    [Fact]
    public void No_silence_of_segments_is_raised_if_the_whole_pipeline_dies()
    {
        var harness = Segmented(1, 0.25).FeedUntil(Monday + Learned, static _ => 28);
        harness.FeedUntil(harness.Now.AddHours(1), static _ => 0);

        Assert.Equal(SeriesKey.All, Assert.Single(harness.Raised).Alert.Series.Segment);
    }

    /// <summary>Abrupt and gradual changes of the rate that are usual on the first days of a source.</summary>
    [Theory]
    [InlineData("trading day")]
    [InlineData("trading day from ten")]
    [InlineData("day and night")]
    [InlineData("weekend")]
    [InlineData("few")]
    [InlineData("batches")]
    public void The_first_days_of_a_source_stay_within_the_budget(string stream)
    {
        var (silences, days) = (0, 0.0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var harness = new VolumeHarness(seed) { Now = StartOf(stream) };
            harness.FeedUntil(harness.Now.AddDays(2), time => RateOf(stream, time));
            (silences, days) = (silences + harness.Count(AlertKinds.VolumeSilence), days + 2);
        }

        output.WriteLine($"{stream}: {silences} silences in {days} days");
        Assert.InRange(silences, 0, 1 + days / 7);
    }

    [Fact]
    public void Segments_whose_shares_change_over_the_day_stay_within_the_budget()
    {
        var (silences, days) = (0, 0.0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var harness = Segmented(seed, 0.05);
            while (harness.Now < Monday.AddDays(2))
            {
                var share = 0.25 + 0.24 * Math.Sin(2 * Math.PI * harness.Now.TimeOfDay.TotalHours / 24);
                (harness.Segments["queue=b"], harness.Segments["queue=c"]) = (share, 0.95 - share);
                harness.FeedUntil(harness.Now.AddMinutes(10), TradingDay);
            }
            (silences, days) = (silences + harness.Count(AlertKinds.VolumeSilence), days + 2);
        }

        output.WriteLine($"{silences} silences in {days} days");
        Assert.InRange(silences, 0, 1 + days / 7);
    }

    [Fact]
    public void Segments_that_come_and_fade_like_news_stay_within_the_budget()
    {
        var (silences, days) = (0, 0.0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var harness = Segmented(seed, 0.05);
            for (var minute = 0; minute < 24 * 60; minute += 2)
            {
                for (var story = 0; story < 6; story++)
                {
                    var (name, age) = ($"queue=news{story}", minute - 240 * story);
                    if (age is >= 0 and < 360)
                        harness.Segments[name] = 0.2 * Math.Exp(-age / 30.0);
                    else
                        harness.Segments.Remove(name);
                }
                harness.FeedUntil(harness.Now.AddMinutes(2), static _ => 28);
            }
            (silences, days) = (silences + harness.Count(AlertKinds.VolumeSilence), days + 1);
        }

        output.WriteLine($"news: {silences} silences in {days} days");
        Assert.InRange(silences, 0, 1 + days / 7);
    }

    private static DateTimeOffset StartOf(string stream) => stream switch
    {
        "weekend" => Monday.AddDays(4).AddHours(12),
        "trading day from ten" => Monday.AddHours(10),
        _ => Monday,
    };

    private static double RateOf(string stream, DateTimeOffset time) => stream switch
    {
        "day and night" => 10 + 9 * Math.Sin(2 * Math.PI * time.Hour / 24),
        "weekend" => time.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 2 : 9,
        "few" => 0.3,
        "batches" => time.Minute % 10 == 0 ? 30 : 0,
        _ => TradingDay(time),
    };

    private static VolumeHarness Segmented(int seed, double share)
    {
        var rules = new MonitorRules { Segments = ["attribute:queue"], Volume = new() { Segments = ["attribute:queue"] } };
        return new(seed, rules: rules) { Segments = { ["queue=a"] = share, ["queue=b"] = 1 - share } };
    }

    private static double? DelayOf(VolumeHarness harness, DateTimeOffset death, double rate, string dying)
    {
        harness.FeedUntil(death, _ => rate);
        harness.Transitions.Clear();
        if (dying == SeriesKey.All)
            return Wait(0);
        var rest = rate * (1 - harness.Segments[dying]);
        harness.Segments[dying] = 0;
        harness.Segments["queue=b"] = 1;
        return Wait(rest);

        double? Wait(double remaining)
        {
            while (harness.Raised.Count == 0 && harness.Now < death.AddHours(6))
                harness.FeedUntil(harness.Now.AddMinutes(1), _ => remaining);
            return harness.Raised is [var raised, ..] && raised.Alert.Series.Segment == dying ? (raised.At - death).TotalMinutes : null;
        }
    }

    private void AssertDelays(string stream, int days, int within, Func<int, double?> delayOf)
    {
        var delays = Enumerable.Range(0, days > 0 ? Runs / 4 : Runs).Select(delayOf).Order().ToList();
        output.WriteLine($"{stream}, day {days}, {delays.Count} runs: median {delays[delays.Count / 2]} min, longest {delays[^1]} min");
        Assert.All(delays, delay => Assert.InRange(delay ?? double.MaxValue, 1, within));
    }
}
