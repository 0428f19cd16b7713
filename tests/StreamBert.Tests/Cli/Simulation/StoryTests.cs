using StreamBert.Cli.Simulation;

namespace StreamBert.Tests.Cli.Simulation;

public sealed class StoryTests
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Surge = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Worse = TimeSpan.FromSeconds(200);
    private static readonly TimeSpan Shift = TimeSpan.FromSeconds(400);

    [Fact]
    public void It_begins_calm_for_over_a_minute() =>
        Assert.All(Enumerable.Range(0, 70), static second => Assert.Equal("calm", Story.ChapterAt(TimeSpan.FromSeconds(second))));

    [Fact]
    public void The_surge_is_on_one_topic_only_and_large_enough_to_be_seen()
    {
        var (calm, surge) = (ByKind(Story.NewsAt(Calm)), ByKind(Story.NewsAt(Surge)));

        Assert.InRange(calm[Story.SurgeTopic].Negative, 0.15, 0.25);
        Assert.InRange(surge[Story.SurgeTopic].Negative, 0.75, 0.9);
        Assert.True(surge[Story.SurgeTopic].PerSecond >= 8);
        Assert.All(calm.Keys.Where(static kind => kind != Story.SurgeTopic), kind => Assert.Equal(calm[kind], surge[kind]));
    }

    [Fact]
    public void After_the_surge_the_news_are_as_before() => Assert.Equal(Story.NewsAt(Calm), Story.NewsAt(Recovery));

    [Fact]
    public void In_calm_times_the_regions_fare_alike_then_one_fares_worse()
    {
        Assert.Single(Story.ChatsAt(Calm).Select(static flow => flow.Negative).Distinct());
        var worse = ByKind(Story.ChatsAt(Worse));

        var others = worse.Where(static flow => flow.Key != Story.WorseRegion).Select(static flow => flow.Value.Negative);
        Assert.All(others, negative => Assert.True(worse[Story.WorseRegion].Negative - negative > 0.3));
    }

    [Fact]
    public void The_shift_lasts_several_minutes_and_moves_labels_and_topics()
    {
        var (calm, shift) = (Story.NewsAt(Calm), Story.NewsAt(Shift));

        Assert.True(Share(shift, static flow => flow.Positive) - Share(calm, static flow => flow.Positive) > 0.2);
        Assert.True(Topic(shift, "Dividend") > 2 * Topic(calm, "Dividend"));
        var shifted = Enumerable.Range(0, 720).Select(static second => Story.NewsAt(TimeSpan.FromSeconds(second)))
            .Count(static flows => flows.Any(static flow => flow is { Kind: "Dividend", PerSecond: > 3 }));
        Assert.InRange(shifted, 180, 300);
    }

    [Fact]
    public void It_tells_itself_again_with_calm_between()
    {
        Assert.Equal("calm", Story.ChapterAt(Story.Length - TimeSpan.FromMinutes(3)));
        Assert.Equal(Story.NewsAt(Surge), Story.NewsAt(Surge + 5 * Story.Length));
    }

    [Fact]
    public void Each_pipeline_gets_twenty_to_forty_texts_a_second_at_any_time() =>
        Assert.All(Enumerable.Range(0, 720).Select(static second => TimeSpan.FromSeconds(second)), static at =>
        {
            Assert.InRange(Story.NewsAt(at).Sum(static flow => flow.PerSecond), 20, 40);
            Assert.InRange(Story.ChatsAt(at).Sum(static flow => flow.PerSecond), 20, 40);
        });

    private static Dictionary<string, Flow> ByKind(IReadOnlyList<Flow> flows) => flows.ToDictionary(static flow => flow.Kind);

    private static double Share(IReadOnlyList<Flow> flows, Func<Flow, double> mood) =>
        flows.Sum(flow => flow.PerSecond * mood(flow)) / flows.Sum(static flow => flow.PerSecond);

    private static double Topic(IReadOnlyList<Flow> flows, string topic) =>
        flows.Single(flow => flow.Kind == topic).PerSecond / flows.Sum(static flow => flow.PerSecond);
}
