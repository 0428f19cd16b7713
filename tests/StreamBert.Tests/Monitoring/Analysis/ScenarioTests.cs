using StreamBert.Contracts;

namespace StreamBert.Tests.Monitoring.Analysis;

/// <summary>Plays scenarios on virtual time, and checks when each alert is raised and resolved.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    private const string Energy = "Energy | Oil";
    private const string EnergySegment = $"topic={Energy}";

    [Fact]
    public void Only_the_surge_is_raised_and_cleared()
    {
        var run = VirtualRun.Play(Story(seed: 1), 900);
        output.WriteLine(run.Describe());

        Assert.InRange(run.RaisedAt(AlertKinds.LabelSurge, EnergySegment), 70, 105);
        Assert.InRange(run.ResolvedAt(AlertKinds.LabelSurge, EnergySegment), 110, 150);
        Assert.Single(run.Raised);
        Assert.Single(run.Resolved);
    }

    [Fact]
    public void A_group_treated_worse_is_raised_and_cleared()
    {
        var run = VirtualRun.Play(Unfair(seed: 1), 2000);
        output.WriteLine(run.Describe());

        Assert.InRange(run.RaisedAt(AlertKinds.Fairness), 600, 1200);
        Assert.InRange(run.ResolvedAt(AlertKinds.Fairness), 1400, 1600);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_alerts_do_not_depend_on_the_seed(int seed)
    {
        var run = VirtualRun.Play(Story(seed), 900);

        Assert.True(run.ResolvedAt(AlertKinds.LabelSurge, EnergySegment) < 180, "the surge is not resolved within three minutes");
        Assert.Single(run.Raised);
    }

    [Fact]
    public void A_surge_alert_states_observation_and_expectation_and_shows_texts_and_terms()
    {
        var alert = VirtualRun.Play(Story(seed: 1), 130).Alert(AlertKinds.LabelSurge, EnergySegment);

        Assert.Equal("sentiment", alert.Series.Head);
        Assert.Equal("critical", alert.Severity);
        Assert.StartsWith("Surge of negative texts in topic “Energy | Oil” of financial-news", alert.Title, StringComparison.Ordinal);
        Assert.Contains("was to be expected", alert.Message, StringComparison.Ordinal);
        Assert.InRange(alert.Value, 0.6, 0.95);
        Assert.InRange(alert.Baseline, 0.12, 0.28);
        Assert.InRange(alert.Value, alert.Interval!.Low, alert.Interval.High);
        Assert.True(alert.Count >= 30);
        Assert.True(alert.Evidence < 1e-4);
        Assert.Equal($"{alert.Fingerprint}@{alert.RaisedAt.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}", alert.Id);
        Assert.NotEmpty(alert.Examples);
        Assert.All(alert.Examples, static example => Assert.Equal("negative", example.Label));
        Assert.Contains(alert.Terms, static term => term is "spill" or "explosion" or "pipeline" or "evacuated");
    }

    [Fact]
    public void A_fairness_alert_shows_every_group_with_its_interval()
    {
        var alert = VirtualRun.Play(Unfair(seed: 1), 1400).Alert(AlertKinds.Fairness);

        var fairness = alert.Fairness!;
        Assert.Equal("region", fairness.Attribute);
        Assert.Equal(["east", "north", "south", "west"], fairness.Groups.Select(static group => group.Group));
        Assert.All(fairness.Groups, static group => Assert.InRange(group.Rate, group.Interval.Low, group.Interval.High));
        Assert.True(fairness.Difference >= 0.1);
        Assert.InRange(fairness.Difference, fairness.DifferenceInterval.Low, fairness.DifferenceInterval.High);
        Assert.InRange(fairness.Ratio, 0, 0.8);
        Assert.All(alert.Examples, static example => Assert.Equal("negative", example.Label));
    }

    [Fact]
    public void A_silence_is_raised_while_no_texts_arrive_and_cleared_when_they_return()
    {
        var run = VirtualRun.Play(new(1) { Rate = static time => time is >= 200 and < 300 ? 0 : 30 }, 400);

        Assert.InRange(run.RaisedAt(AlertKinds.VolumeSilence), 210, 240);
        Assert.InRange(run.ResolvedAt(AlertKinds.VolumeSilence), 310, 340);
        Assert.Single(run.Raised);
        Assert.Contains(run.Trends, static trend => trend is { Count: 0, Series.Segment: SeriesKey.All });
    }

    [Fact]
    public void An_hour_without_a_change_raises_no_alert() => Assert.Empty(VirtualRun.Play(new(7) { Rate = static _ => 20 }, 3600).Raised);

    private static SyntheticStream Story(int seed) => new(seed)
    {
        Rate = static _ => 40, // about ten per second in each region
        Negative = static (time, topic, _) => time is >= 70 and < 110 && topic == Energy ? 0.75 : 0.2,
    };

    private static SyntheticStream Unfair(int seed) => new(seed)
    {
        Rate = static _ => 40,
        Negative = static (time, _, region) => time is >= 500 and < 1400 && region == "south" ? 0.45 : 0.2,
    };
}
