using System.CommandLine;
using StreamBert.Cli.Backtests.Scenarios;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Cli.Commands.Backtests;

/// <summary>
/// Defines <c>simulate</c>, which writes the predictions of a generated scenario and the periods in which something is wrong.
/// </summary>
internal static class SimulateCommand
{
    private static readonly Option<string?> Scenario = new("--scenario") { Description = "Scenario; --list lists them." };
    private static readonly Option<bool> List = new("--list") { Description = "List the scenarios with their numbers." };
    private static readonly Option<double?> Weeks = new("--weeks")
    {
        Description = "Weeks after the learning period. Default: those of the scenario.",
    };

    private static readonly Option<int> Seed = new("--seed")
    {
        Description = "Seed: the same seed gives the same texts.",
        DefaultValueFactory = static _ => 1,
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "File for the predictions in the order in which they arrive, as JSON Lines.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "File for the periods in which something is wrong, as CSV: start, end, kind, series.",
    };

    private static readonly Option<string?> Truth = new("--truth")
    {
        Description = "File for the true labels of every text, as JSON Lines of feedback.",
    };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        var command = new Command("simulate", "Generate the predictions of a scenario: calm streams, and streams in which something goes "
            + "wrong at a known time. 'backtest' reads the files.")
        {
            Scenario, List, Weeks, Seed, Out, Labels, Truth, Json,
        };
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(List))
        {
            parsed.Write(Json, ScenarioList.Describe(), static _ => ScenarioList.Write());
            return 0;
        }
        var run = new ScenarioRun(ReadScenario(parsed), parsed.GetValue(Seed), ScenarioWeeks.Read(parsed.GetValue(Weeks)));
        var predictions = parsed.GetValue(Out) ?? throw new CliException("--out is missing: the file for the predictions.");
        var texts = ScenarioFiles.Write(run, predictions, parsed.GetValue(Labels), parsed.GetValue(Truth), cancellation);
        var period = run.Period;
        var written = new
        {
            predictions = texts,
            pipeline = run.Definition.Pipeline.Name,
            from = period.Whole.Start,
            to = period.Whole.End,
            period.JudgedFrom,
        };
        parsed.Write(Json, written, _ => Terminal.Out.WriteLine(Describe(run, texts)));
        return 0;
    }

    private static string Describe(ScenarioRun run, long texts)
    {
        var learned = run.Period.JudgedFrom > run.Period.Whole.Start ? $"; alerts count from {Format.Time(run.Period.JudgedFrom)}" : "";
        return $"{Format.Count(texts)} predictions of pipeline {run.Definition.Pipeline.Name} from "
            + $"{Format.Time(run.Period.Whole.Start)} to {Format.Time(run.Period.Whole.End)}{learned}.";
    }

    private static ScenarioDefinition ReadScenario(ParseResult parsed)
    {
        var name = parsed.GetValue(Scenario) ?? throw new CliException("--scenario is missing; --list lists the scenarios.");
        return ScenarioCatalog.Find(name) ?? throw new CliException($"There is no scenario '{name}' (--scenario); there are "
            + $"{string.Join(", ", ScenarioCatalog.All.Select(static scenario => scenario.Name))}.");
    }
}
