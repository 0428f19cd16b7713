using System.CommandLine;
using StreamBert.Cli.Backtests.Scenarios;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>
/// Defines the options of <c>backtest --suite</c>, which runs generated scenarios: the false alarms of the clean ones beside the budget,
/// and the detections of the labelled ones.
/// </summary>
internal sealed class SuiteOptionGroup
{
    private const int MaxRuns = 100_000, DefaultRuns = 20;

    private readonly Option<string?> _suite = new Option<string?>("--suite")
    {
        Description = "Run generated scenarios instead of recorded data: clean (false alarms beside the budget) or detect (detections).",
    }.AcceptOnlyFromAmong("clean", "detect");

    private readonly Option<string[]> _scenarios = new("--scenario")
    {
        Description = "With --suite: run only this scenario; repeat it for several. 'simulate --list' lists them.",
    };

    private readonly Option<int> _runs = new("--runs")
    {
        Description = "With --suite: runs of each scenario, with the seeds 1, 2 and so on.",
        DefaultValueFactory = static _ => DefaultRuns,
    };

    private readonly Option<double?> _weeks = new("--weeks")
    {
        Description = "With --suite: weeks that are judged in each run, after the learning period. Default: those of the scenario.",
    };

    private readonly Option<bool> _withoutFloors = new("--without-floors")
    {
        Description = "With --suite clean: without the effects that an alert needs besides its evidence, so that thresholds alone decide.",
    };

    private readonly Option<int> _parallel = new("--parallel")
    {
        Description = "With --suite: runs at once; the result does not depend on it. Default: the number of processors.",
        DefaultValueFactory = static _ => Environment.ProcessorCount,
    };

    private readonly Option<string?> _resume = new("--resume")
    {
        Description = "With --suite: keep finished runs in this file, and resume after those that are in it.",
    };

    private readonly Option<bool> _markdown = new("--markdown") { Description = "With --suite: print the table as Markdown." };

    public void AddTo(Command command)
    {
        command.Add(_suite);
        command.Add(_scenarios);
        command.Add(_runs);
        command.Add(_weeks);
        command.Add(_withoutFloors);
        command.Add(_parallel);
        command.Add(_resume);
        command.Add(_markdown);
    }

    /// <summary>Whether the scenarios are to be run.</summary>
    public bool IsRequested(ParseResult parsed) => parsed.GetValue(_suite) is not null;

    /// <summary>Prints the table of the scenarios; the exit code is 1 if one has too many alarms or misses its target.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="isJson">Whether to print JSON.</param>
    /// <param name="cancellation">Ends the run; nothing is printed then.</param>
    public int Run(ParseResult parsed, bool isJson, CancellationToken cancellation)
    {
        var suite = parsed.GetValue(_suite) == "clean" ? ScenarioSuite.Clean : ScenarioSuite.Detect;
        var scenarios = Select(suite, parsed.GetValue(_scenarios) ?? []);
        if (parsed.GetValue(_withoutFloors))
        {
            if (suite != ScenarioSuite.Clean)
                throw new CliException("--without-floors needs --suite clean: detections are judged with the floors of their rules.");
            scenarios = [.. scenarios.Select(EffectFloors.Remove)];
        }
        var trials = Run(parsed, scenarios, cancellation);
        if (isJson)
            Terminal.WriteJson(suite == ScenarioSuite.Clean ? SuiteReport.OfClean(trials) : SuiteReport.OfDetect(trials));
        else if (suite == ScenarioSuite.Clean)
            Write([CleanTable.Of(trials), SuiteTable.OfCoverage(trials)], parsed.GetValue(_markdown));
        else
            Write([SuiteTable.OfDetect(trials)], parsed.GetValue(_markdown));
        return trials.All(SuiteVerdict.Passes) ? 0 : 1;
    }

    private static void Write(IReadOnlyList<SuiteTable> tables, bool isMarkdown)
    {
        foreach (var (index, table) in tables.Index())
        {
            if (index > 0)
                Terminal.Out.WriteLine();
            if (isMarkdown)
                table.WriteMarkdown(Terminal.Out);
            else
                table.Write();
        }
    }

    private IReadOnlyList<IReadOnlyList<ScenarioTrial>> Run(
        ParseResult parsed, IReadOnlyList<ScenarioDefinition> scenarios, CancellationToken cancellation)
    {
        var runs = ReadCount(parsed, _runs, MaxRuns);
        var judged = ScenarioWeeks.Read(parsed.GetValue(_weeks));
        var progress = new SuiteProgress(TimeProvider.System, scenarios.Count * runs);
        using var file = parsed.GetValue(_resume) is { } path ? new TrialFile(path, judged, !parsed.GetValue(_withoutFloors)) : null;
        var runner = new SuiteRunner
        {
            Runs = runs,
            Parallel = ReadCount(parsed, _parallel, MaxRuns),
            Judged = judged,
            Finished = (scenario, seed) => file?.Find(scenario, seed),
            OnTrial = (trial, seed) => file?.Add(trial, seed),
            OnFinished = progress.Report,
        };
        var trials = runner.Run(scenarios, cancellation);
        return [.. trials.Chunk(runs)];
    }

    private static IReadOnlyList<ScenarioDefinition> Select(ScenarioSuite suite, string[] names)
    {
        var all = ScenarioCatalog.All.Where(scenario => scenario.Suite == suite).ToList();
        var unknown = names.FirstOrDefault(name => !all.Exists(scenario => scenario.Name == name));
        if (unknown is not null)
        {
            throw new CliException($"The suite has no scenario '{unknown}' (--scenario); it has "
                + $"{string.Join(", ", all.Select(static scenario => scenario.Name))}.");
        }
        return names.Length == 0 ? all : all.FindAll(scenario => names.Contains(scenario.Name));
    }

    private static int ReadCount(ParseResult parsed, Option<int> option, int most) => parsed.GetValue(option) is var count && count is >= 1
        && count <= most ? count : throw new CliException($"{option.Name} {count} is out of range; give 1 to {most}.");
}
