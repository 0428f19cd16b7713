using StreamBert.Contracts;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>False alarms on independent texts, segments, and intervals. The oracle is the seeded simulation.</summary>
public sealed class VolumeDetectorTests(ITestOutputHelper output)
{
    /// <summary>The number of runs of two weeks for each rate.</summary>
    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 100 : 1;

    private static readonly DateTimeOffset Noon = Monday.AddDays(8).AddHours(12);

    [Fact]
    public void Independent_texts_stay_within_twice_the_budget_of_one_false_alarm_a_week_and_kind()
    {
        var (surges, silences, weeks) = (0, 0, 0);
        foreach (var (rate, seed) in new[] { 0.1, 3 }.SelectMany(static rate => Enumerable.Range(0, Runs), ValueTuple.Create))
        {
            var harness = new VolumeHarness(seed).FeedUntil(Monday.AddDays(14), _ => rate);
            (surges, silences, weeks) =
                (surges + harness.Count(AlertKinds.VolumeSurge), silences + harness.Count(AlertKinds.VolumeSilence), weeks + 2);
        }

        output.WriteLine($"{surges} surges and {silences} silences in {weeks} weeks");
        Assert.InRange(surges, 0, 2 * weeks);
        Assert.InRange(silences, 0, 2 * weeks);
    }

    [Fact]
    public void A_segment_that_dies_is_raised_while_the_pipeline_continues()
    {
        var rules = new MonitorRules { Segments = ["source"], Volume = new() { Segments = ["source"] } };
        var harness = new VolumeHarness(1, rules: rules) { Segments = { ["source=a"] = 0.3, ["source=b"] = 0.7 } };
        harness.FeedUntil(Noon, TradingDay);
        Assert.Empty(harness.Raised);

        harness.Segments["source=a"] = 0;
        harness.FeedUntil(Noon.AddMinutes(5), TradingDay);

        Assert.Equal("source=a", Assert.Single(harness.Raised).Alert.Series.Segment);
    }

    [Fact]
    public void The_interval_of_a_window_covers_ninety_five_percent_of_the_windows_of_an_unchanged_stream()
    {
        var harness = new VolumeHarness(4).FeedUntil(Monday.AddDays(4), static _ => 30);
        var (covered, total) = (0, 2000);
        for (var window = 0; window < total; window++)
        {
            harness.FeedUntil(harness.Now.AddMinutes(1), static _ => 30);
            var expectation = harness.Last.Evidence.Expectation!;
            covered += harness.LastTexts >= expectation.Interval.Low && harness.LastTexts <= expectation.Interval.High ? 1 : 0;
        }

        Assert.InRange(covered / (double)total, 0.93, 0.98);
    }
}
