using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Tests.Gateway.Dashboard.Display;

public sealed class RulesTextTests
{
    private static readonly PipelineOptions Pipeline = new() { Name = "news", Heads = ["sentiment", "topic"] };

    [Fact]
    public void Rules_that_set_nothing_have_only_defaults()
    {
        var values = RulesText.Values(new());

        Assert.All(values, static value => Assert.True(value.IsDefault, value.Key));
        Assert.Contains(new("budget.per", "7.00:00:00", true), values);
        Assert.Contains(new("fairness", "none", true), values);
    }

    [Fact]
    public void What_differs_from_the_defaults_is_marked()
    {
        var rules = new MonitorRules { Segments = ["head:topic", "source"], Fairness = [new() { Attribute = "region" }] };

        Assert.Equal(
            ["fairness", "segments"],
            RulesText.Values(rules).Where(static value => !value.IsDefault).Select(static value => value.Section).Distinct().Order());
        Assert.Contains(new("segments", "head:topic, source", false), RulesText.Values(rules));
    }

    [Fact]
    public void A_change_names_the_value_before_and_after()
    {
        var after = new MonitorRules { Budget = new() { FalseAlarms = 3 }, Disabled = ["volume-surge"] };

        Assert.Equal(["budget.falseAlarms: 1 → 3", "disabled: none → volume-surge"], RulesText.Changes(new(), after));
        Assert.Empty(RulesText.Changes(after, after));
    }

    [Fact]
    public void The_json_that_is_shown_is_valid_input_of_the_editor()
    {
        var rules = new MonitorRules { Labels = [new() { Head = "topic", Label = "Energy" }], Holidays = [new(2026, 12, 25)] };

        var (read, faults) = RulesEditor.Check(Pipeline, RulesText.Json(rules));

        Assert.Empty(faults);
        Assert.Empty(RulesText.Changes(rules, read!));
    }

    [Fact]
    public void A_fault_is_reported_with_its_line()
    {
        var (read, faults) = RulesEditor.Check(Pipeline, "{\n  \"budgett\": {}\n}");

        Assert.Null(read);
        Assert.StartsWith("line 2: budgett ", Assert.Single(faults), StringComparison.Ordinal);
    }
}
