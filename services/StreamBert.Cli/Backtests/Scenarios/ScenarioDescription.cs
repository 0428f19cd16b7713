namespace StreamBert.Cli.Backtests.Scenarios;

/// <summary>Describes a scenario in the JSON output of <c>simulate --list</c>.</summary>
internal sealed record ScenarioDescription(
    string Name, string Suite, string Description, string Parameters, double DaysLearned, double DaysJudged);
