using StreamBert.Cli.Simulation;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class ScenarioTests
{
    private static readonly TimeSpan Baseline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Surge = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(230);
    private static readonly TimeSpan Unfairness = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan Drift = TimeSpan.FromSeconds(1100);
    private static readonly int[] Seconds = [.. Enumerable.Range(0, (int)Scenario.Length.TotalSeconds)];

    [Fact]
    public void It_begins_with_the_baseline_for_over_a_minute() =>
        Assert.All(Enumerable.Range(0, 70), static second => Assert.Equal("baseline", Scenario.GetPhase(TimeSpan.FromSeconds(second))));

    [Fact]
    public void The_surge_affects_one_topic_and_is_large()
    {
        var (baseline, surge) = (ByKind(Scenario.GetNews(Baseline)), ByKind(Scenario.GetNews(Surge)));

        Assert.InRange(baseline[Scenario.SurgeTopic].Negative, 0.15, 0.25);
        Assert.InRange(surge[Scenario.SurgeTopic].Negative, 0.75, 0.9);
        Assert.True(surge[Scenario.SurgeTopic].PerSecond >= 8);
        Assert.All(baseline.Keys.Where(static kind => kind != Scenario.SurgeTopic), kind => Assert.Equal(baseline[kind], surge[kind]));
    }

    [Fact]
    public void After_the_surge_the_news_return_to_the_baseline() => Assert.Equal(Scenario.GetNews(Baseline), Scenario.GetNews(Recovery));

    [Fact]
    public void The_regions_are_equal_in_the_baseline_and_then_one_is_more_negative()
    {
        Assert.Single(Scenario.GetChats(Baseline).Select(static rate => rate.Negative).Distinct());
        var worse = ByKind(Scenario.GetChats(Unfairness));

        var others = worse.Where(static rate => rate.Key != Scenario.UnfairRegion).Select(static rate => rate.Value.Negative);
        Assert.All(others, negative => Assert.True(worse[Scenario.UnfairRegion].Negative - negative > 0.3));
    }

    [Fact]
    public void The_drift_lasts_several_minutes_and_changes_labels_and_topics()
    {
        var (baseline, shift) = (Scenario.GetNews(Baseline), Scenario.GetNews(Drift));

        Assert.True(Share(shift, static rate => rate.Positive) - Share(baseline, static rate => rate.Positive) > 0.2);
        Assert.True(Topic(shift, "Dividend") > 2 * Topic(baseline, "Dividend"));
        var shifted = Seconds.Select(static second => Scenario.GetNews(TimeSpan.FromSeconds(second)))
            .Count(static rates => rates.Any(static rate => rate is { Kind: "Dividend", PerSecond: > 3 }));
        Assert.InRange(shifted, 180, 300);
    }

    [Fact]
    public void It_repeats_with_the_baseline_in_between()
    {
        Assert.Equal("baseline", Scenario.GetPhase(Scenario.Length - TimeSpan.FromMinutes(3)));
        Assert.Equal(Scenario.GetNews(Surge), Scenario.GetNews(Surge + 5 * Scenario.Length));
    }

    [Fact]
    public void Each_pipeline_always_receives_twenty_to_forty_texts_per_second() =>
        Assert.All(Seconds.Select(static second => TimeSpan.FromSeconds(second)), static at =>
        {
            Assert.InRange(Scenario.GetNews(at).Sum(static rate => rate.PerSecond), 20, 40);
            Assert.InRange(Scenario.GetChats(at).Sum(static rate => rate.PerSecond), 20, 40);
        });

    private static Dictionary<string, TextRate> ByKind(IReadOnlyList<TextRate> rates) => rates.ToDictionary(static rate => rate.Kind);

    private static double Share(IReadOnlyList<TextRate> rates, Func<TextRate, double> share) =>
        rates.Sum(rate => rate.PerSecond * share(rate)) / rates.Sum(static rate => rate.PerSecond);

    private static double Topic(IReadOnlyList<TextRate> rates, string topic) =>
        rates.Single(rate => rate.Kind == topic).PerSecond / rates.Sum(static rate => rate.PerSecond);
}
