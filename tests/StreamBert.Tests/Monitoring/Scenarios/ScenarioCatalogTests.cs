using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Streams;

namespace StreamBert.Tests.Monitoring.Scenarios;

public class ScenarioCatalogTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(static scenario => scenario.Name)];

    [Fact]
    public void Names_are_unique_and_both_suites_have_scenarios()
    {
        Assert.Equal(ScenarioCatalog.All.Count, ScenarioCatalog.All.DistinctBy(static scenario => scenario.Name).Count());
        Assert.Equal(17, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Clean));
        Assert.Equal(17, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Detect));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_incident_lies_in_the_judged_time_and_its_kinds_exist(string name)
    {
        var scenario = ScenarioCatalog.Find(name)!;
        for (var seed = 1; seed <= 50; seed++)
        {
            var period = scenario.PeriodOf(seed);
            Assert.Equal(scenario.Incident is null, period.Incident is null);
            if (period.Incident is not { } incident)
                continue;
            Assert.True(incident.Start >= period.JudgedFrom);
            Assert.True(incident.Start + scenario.Incident!.Within <= period.Whole.End);
            Assert.True(incident.End <= period.Whole.End);
            Assert.Subset(AlertKinds.All.ToHashSet(), scenario.Incident.Kinds.ToHashSet());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_are_valid_predictions_of_the_pipeline(string name)
    {
        var run = new ScenarioRun(ScenarioCatalog.Find(name)!, seed: 1);
        foreach (var text in run.Predictions().Take(200))
        {
            Assert.Equal(run.Definition.Pipeline.Name, text.Pipeline);
            Assert.Equal(run.Definition.Pipeline.Heads.Order(), text.Heads.Keys.Order());
            Assert.Equal(32, text.Embedding!.Length);
            Assert.Equal(text.Story, Wire.Deserialize<TextClassified>(Wire.Serialize(text)).Story);
        }
    }

    [Fact]
    public void A_harmless_version_answers_the_second_half_of_the_judged_time_and_has_a_profile()
    {
        var scenario = ScenarioCatalog.Find("harmless-version")!;
        var period = scenario.PeriodOf(seed: 1);
        var model = scenario.Model(period);
        Assert.Equal(scenario.Profiles.Select(static profile => profile.Version), [VersionAt(3.4), VersionAt(3.6)]);

        string VersionAt(double days) => model.Version(new(period.JudgedFrom.AddDays(days), default));
    }

    [Fact]
    public void The_label_that_drops_is_watched_in_that_direction()
    {
        var scenario = ScenarioCatalog.Find("label-drop")!;
        var period = scenario.PeriodOf(seed: 1);
        var model = scenario.Model(period);
        var (start, end) = (period.Incident!.Start, period.Incident.End);
        Assert.Equal([0.4, 0.1, 0.4], [ShareAt(start.AddMinutes(-1)), ShareAt(start), ShareAt(end)]);
        Assert.Equal(ChangeDirection.Below, Assert.Single(scenario.Pipeline.LabelRules).Direction);

        double ShareAt(DateTimeOffset time) => model.Negative(new(time, default), 0);
    }

    [Fact]
    public void The_rare_label_rises_from_two_to_ten_percent_and_its_share_is_watched()
    {
        var (model, rule, incident) = Incident("rare-class");
        Assert.Equal(
            [0.02, 0.1, 0.02],
            Around(incident, time => ShareOf(model, 4, time)), Close);
        Assert.Equal(("topic", "Bankruptcy", LabelMeasure.Share), (rule.Head, rule.Label, rule.Measure));
        Assert.Equal(rule.Label, model.Topics[4]);
    }

    [Fact]
    public void The_anomalies_of_log_lines_become_five_times_as_many_and_their_count_is_watched()
    {
        var (model, rule, incident) = Incident("log-count");
        Assert.Equal(
            [1, 5, 1],
            Around(incident, time => model.Rate(time) * ShareOf(model, 0, time)), Close);
        Assert.Equal(("severity", "anomaly", LabelMeasure.Count), (rule.Head, rule.Label, rule.Measure));
        Assert.False(ScenarioCatalog.Find("log-count")!.Pipeline.Monitor.Rules.GroupStories);
    }

    [Fact]
    public void The_dip_is_70_percent_for_15_minutes_and_the_rule_calls_half_a_silence()
    {
        var (model, _, incident) = Incident("short-dip");
        Assert.Equal([60, 18, 60], Around(incident, model.Rate), Close);
        Assert.Equal(TimeSpan.FromMinutes(15), incident.End - incident.Start);
        Assert.Equal(0.5, ScenarioCatalog.Find("short-dip")!.Pipeline.Monitor.Rules.Volume.SilenceRatio);
    }

    [Fact]
    public void Noon_in_New_York_is_the_start_of_the_silence()
    {
        var period = ScenarioCatalog.Find("silence-at-noon")!.PeriodOf(seed: 1);
        Assert.Equal(new(2026, 5, 22, 16, 0, 0, TimeSpan.Zero), period.Incident!.Start);
    }

    private static (StreamModel Model, LabelRule Rule, TimeWindow Incident) Incident(string name)
    {
        var scenario = ScenarioCatalog.Find(name)!;
        var period = scenario.PeriodOf(seed: 1);
        return (scenario.Model(period), Assert.Single(scenario.Pipeline.LabelRules), period.Incident!);
    }

    /// <summary>Evaluates a model in the minutes before, at the start and after the end of an incident.</summary>
    private static double[] Around(TimeWindow incident, Func<StreamTime, double> value) =>
        [value(new(incident.Start.AddMinutes(-1), default)), value(new(incident.Start, default)), value(new(incident.End, default))];

    private static double ShareOf(StreamModel model, int topic, StreamTime time) =>
        model.Weight(time, topic) / model.Topics.Index().Sum(other => model.Weight(time, other.Index));

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-9;
}
