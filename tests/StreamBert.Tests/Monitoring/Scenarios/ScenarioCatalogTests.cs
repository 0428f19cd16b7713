using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Tests.Monitoring.Scenarios;

public class ScenarioCatalogTests
{
    public static TheoryData<string> Names => [.. ScenarioCatalog.All.Select(static scenario => scenario.Name)];

    [Fact]
    public void Names_are_unique_and_both_suites_have_scenarios()
    {
        Assert.Equal(ScenarioCatalog.All.Count, ScenarioCatalog.All.DistinctBy(static scenario => scenario.Name).Count());
        Assert.Equal(14, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Clean));
        Assert.Equal(14, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Detect));
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
    public void Noon_in_New_York_is_the_start_of_the_silence()
    {
        var period = ScenarioCatalog.Find("silence-at-noon")!.PeriodOf(seed: 1);
        Assert.Equal(new(2026, 5, 22, 16, 0, 0, TimeSpan.Zero), period.Incident!.Start);
    }
}
