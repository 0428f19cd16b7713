using StreamBert.Contracts;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>False alarms on independent texts, segments, and intervals. The oracle is the seeded simulation.</summary>
public sealed class VolumeDetectorTests(ITestOutputHelper output)
{
    /// <summary>The number of runs of two weeks for each rate.</summary>
    private static readonly int Runs = Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1" ? 100 : 1;

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

    /// <summary>
    /// Without floors of the effect, and with a budget of one false alarm per six hours, independent texts raise a part of the alarms that
    /// the budget allows (over 300 weeks 14 % in surges, 27 % in silences), not hardly any: the thresholds are not simply high.
    /// </summary>
    [Fact]
    public void Independent_texts_use_at_least_a_tenth_of_a_large_budget()
    {
        MonitorRules rules = new()
        {
            Budget = new() { FalseAlarms = 1, Per = TimeSpan.FromHours(6) },
            Volume = new() { SurgeRatio = 1, MinimumCount = 1 },
        };
        var (surges, silences, allowed) = (0, 0, 0.0);
        foreach (var (rate, seed) in new[] { 0.3, 1, 3 }.SelectMany(static rate => Enumerable.Range(0, Runs), ValueTuple.Create))
        {
            var harness = new VolumeHarness(seed, rules: rules).FeedUntil(Monday.AddDays(7), _ => rate);
            harness.Transitions.Clear();
            harness.FeedUntil(Monday.AddDays(14), _ => rate);
            var (surge, silence) = (harness.Count(AlertKinds.VolumeSurge), harness.Count(AlertKinds.VolumeSilence));
            output.WriteLine($"{rate} per minute: {surge} surges, {silence} silences");
            (surges, silences, allowed) = (surges + surge, silences + silence, allowed + 7 * 4);
        }

        output.WriteLine($"{surges} surges and {silences} silences where {allowed} of each were allowed");
        Assert.InRange(surges, 0.1 * allowed, 2 * allowed);
        Assert.InRange(silences, 0.1 * allowed, 2 * allowed);
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
