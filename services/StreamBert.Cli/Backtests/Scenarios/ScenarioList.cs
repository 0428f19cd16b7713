using StreamBert.Cli.Output;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Cli.Backtests.Scenarios;

/// <summary>Prints the scenarios with their numbers.</summary>
internal static class ScenarioList
{
    public static void Write()
    {
        var table = Terminal.CreateTable("Scenarios", "name", "suite", "what happens", "numbers", "#days learned", "#days judged");
        foreach (var scenario in ScenarioCatalog.All)
        {
            table.AddCells(
                scenario.Name,
                scenario.Suite == ScenarioSuite.Clean ? "clean" : "detect",
                scenario.Description,
                scenario.Parameters,
                Format.Number(scenario.Learn.TotalDays, "0.#"),
                Format.Number(scenario.Judged.TotalDays, "0.#"));
        }
        Terminal.Write(table);
    }
}
