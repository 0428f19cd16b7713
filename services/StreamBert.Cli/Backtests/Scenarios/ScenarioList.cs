using StreamBert.Cli.Output;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Cli.Backtests.Scenarios;

/// <summary>Prints the scenarios with their numbers.</summary>
internal static class ScenarioList
{
    /// <summary>Describes the scenarios for JSON.</summary>
    public static IReadOnlyList<ScenarioDescription> Describe() =>
    [
        .. ScenarioCatalog.All.Select(static scenario => new ScenarioDescription(
            scenario.Name, NameOf(scenario.Suite), scenario.Description, scenario.Parameters, scenario.Learn.TotalDays,
            scenario.Judged.TotalDays)),
    ];

    public static void Write()
    {
        var table = Terminal.CreateTable("Scenarios", "name", "suite", "what happens", "numbers", "#days learned", "#days judged");
        foreach (var scenario in ScenarioCatalog.All)
        {
            table.AddCells(
                scenario.Name,
                NameOf(scenario.Suite),
                scenario.Description,
                scenario.Parameters,
                Format.Number(scenario.Learn.TotalDays, "0.#"),
                Format.Number(scenario.Judged.TotalDays, "0.#"));
        }
        Terminal.Write(table);
    }

    private static string NameOf(ScenarioSuite suite) => suite == ScenarioSuite.Clean ? "clean" : "detect";
}
