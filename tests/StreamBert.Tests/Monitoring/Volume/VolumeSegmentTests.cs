using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;
using static StreamBert.Tests.Monitoring.Volume.VolumeHarness;

namespace StreamBert.Tests.Monitoring.Volume;

/// <summary>The volumes of the segments of every kind of dimension, and of those that are not tracked individually.</summary>
public sealed class VolumeSegmentTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Noon = Monday.AddDays(8).AddHours(12);

    [Theory]
    [InlineData("source", "source=a", "source=b")]
    [InlineData("attribute:queue", "queue=a", "queue=b")]
    [InlineData("head:topic", "topic=Energy", "topic=Macro")]
    [InlineData("entity:ner", "entity=ORG:apple", "entity=ORG:acme")]
    [InlineData("head:topic", "topic=(other)", "topic=Macro")]
    public void A_segment_that_dies_is_raised_while_the_pipeline_continues(string dimension, string dying, string other)
    {
        var rules = new MonitorRules { Segments = [dimension], Volume = new() { Segments = [dimension] } };
        var harness = new VolumeHarness(1, rules: rules) { Segments = { [dying] = 0.3, [other] = 0.7 } };
        harness.FeedUntil(Noon, TradingDay);
        Assert.Empty(harness.Raised);

        harness.Segments[dying] = 0;
        harness.FeedUntil(Noon.AddMinutes(5), TradingDay);

        Assert.Equal(dying, Assert.Single(harness.Raised).Alert.Series.Segment);
    }

    /// <summary>A hundred topics of unequal frequency, of which twenty are tracked: those at the limit change all the time.</summary>
    [Fact]
    public void The_other_segments_stay_within_the_budget_although_their_members_change()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("STREAMBERT_FULL") == "1", "It takes a minute; STREAMBERT_FULL=1 runs it.");
        MonitorRules rules = new() { Segments = ["head:topic"], Volume = new() { Segments = ["head:topic"] } };
        var scenario = ScenarioCatalog.Find("independent-100")! with { Pipeline = ScenarioPipelines.News(rules) };
        var (others, all, weeks) = (0, 0, 0.0);
        for (var seed = 1; seed <= 4; seed++)
        {
            var trial = ScenarioTrial.Run(scenario, seed, new() { Windows = { MaxSegments = 20 } });
            var alarms = trial.Alarms.Where(static alarm => alarm.Kind is AlertKinds.VolumeSurge or AlertKinds.VolumeSilence).ToList();
            foreach (var alarm in alarms)
                output.WriteLine($"{seed}: {alarm.Kind} {alarm.Segment} {alarm.RaisedAt}");
            (others, all) = (others + alarms.Count(static alarm => alarm.Segment == "topic=(other)"), all + alarms.Count);
            weeks += trial.Calm.TotalDays / 7;
        }

        output.WriteLine($"{others} alarms of (other), {all} of all series in {weeks} weeks");
        Assert.InRange(others, 0, weeks);
        Assert.InRange(all, 0, 2 * 2 * weeks);
    }
}
