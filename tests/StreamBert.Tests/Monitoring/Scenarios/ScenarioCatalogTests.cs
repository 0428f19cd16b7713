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
        Assert.Equal(13, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Clean));
        Assert.Equal(13, ScenarioCatalog.All.Count(static scenario => scenario.Suite == ScenarioSuite.Detect));
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
    public void Noon_in_New_York_is_the_start_of_the_silence()
    {
        var period = ScenarioCatalog.Find("silence-at-noon")!.PeriodOf(seed: 1);
        Assert.Equal(new(2026, 5, 22, 16, 0, 0, TimeSpan.Zero), period.Incident!.Start);
    }
}
