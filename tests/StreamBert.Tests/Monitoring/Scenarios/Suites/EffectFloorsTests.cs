using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Monitoring.Scenarios.Suites;

public sealed class EffectFloorsTests
{
    public static TheoryData<string> Clean =>
        [.. ScenarioCatalog.All.Where(static scenario => scenario.Suite == ScenarioSuite.Clean).Select(static scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Clean))]
    public void Every_minimum_of_a_rule_is_removed(string name)
    {
        var pipeline = EffectFloors.Remove(ScenarioCatalog.Find(name)!).Pipeline;
        var rules = pipeline.Monitor.Rules;

        object[] judged = [.. pipeline.LabelRules, rules.Volume, rules.Drift, rules.Accuracy];
        foreach (var rule in judged)
        {
            foreach (var floor in rule.GetType().GetProperties().Where(static property => property.Name.StartsWith("Minimum")))
                Assert.InRange(Convert.ToDouble(floor.GetValue(rule), null), 0, floor.Name == "MinimumEmbeddingAuc" ? 0.5 : 1.001);
        }
        Assert.InRange(rules.Volume.SurgeRatio, 1, 1.001);
    }

    [Fact]
    public void What_is_watched_and_the_budget_stay()
    {
        var scenario = ScenarioCatalog.Find("harmless-version")!;
        var (before, after) = (scenario.Pipeline, EffectFloors.Remove(scenario).Pipeline);

        Assert.Equal(before.LabelRules.Select(static rule => rule.Id()), after.LabelRules.Select(static rule => rule.Id()));
        Assert.Equal(
            (before.Monitor.Rules.Budget, before.Monitor.Rules.Volume.SilenceRatio),
            (after.Monitor.Rules.Budget, after.Monitor.Rules.Volume.SilenceRatio));
    }
}
