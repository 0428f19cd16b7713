namespace StreamBert.Monitoring.Scenarios;

/// <summary>Lists the scenarios.</summary>
internal static class ScenarioCatalog
{
    /// <summary>All scenarios, the clean ones first.</summary>
    public static IReadOnlyList<ScenarioDefinition> All { get; } = [.. CleanScenarios.All, .. LabelledScenarios.All];

    /// <summary>Returns the scenario of a name; null if there is none.</summary>
    public static ScenarioDefinition? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);
}
