using StreamBert.Monitoring.Analysis;

namespace StreamBert.Monitoring.Scenarios.Suites;

/// <summary>
/// Runs scenarios with the seeds 1, 2, …, several at once. The results do not depend on how many run at once, nor on which ends first.
/// </summary>
internal sealed class SuiteRunner
{
    /// <summary>The number of runs of each scenario.</summary>
    public required int Runs { get; init; }

    /// <summary>The number of runs at once.</summary>
    public required int Parallel { get; init; }

    /// <summary>The time that is judged; null for that of each scenario.</summary>
    public TimeSpan? Judged { get; init; }

    /// <summary>Returns the trial of a scenario and a seed that finished earlier; null to run it.</summary>
    public Func<ScenarioDefinition, int, ScenarioTrial?> Finished { get; init; } = static (_, _) => null;

    /// <summary>Receives each trial that was run, with its seed; called by one thread at a time.</summary>
    public Action<ScenarioTrial, int>? OnTrial { get; init; }

    /// <summary>Receives the number of finished runs; called by one thread at a time.</summary>
    public Action<int>? OnFinished { get; init; }

    /// <summary>The technical limits of the monitor.</summary>
    public AnalysisOptions Options { get; init; } = new();

    /// <summary>Runs the scenarios, and returns their trials in the order of the scenarios and seeds.</summary>
    public IReadOnlyList<ScenarioTrial> Run(IReadOnlyList<ScenarioDefinition> scenarios, CancellationToken cancellation)
    {
        var trials = new ScenarioTrial[scenarios.Count * Runs];
        var finished = 0;
        var report = new Lock();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation };
        System.Threading.Tasks.Parallel.ForEach(InOrderOfSeeds(scenarios.Count), limits, run =>
        {
            var earlier = Finished(scenarios[run.Scenario], run.Seed);
            var trial = earlier ?? ScenarioTrial.Run(scenarios[run.Scenario], run.Seed, Options, Judged);
            trials[run.Scenario * Runs + run.Seed - 1] = trial;
            lock (report)
            {
                if (earlier is null)
                    OnTrial?.Invoke(trial, run.Seed);
                OnFinished?.Invoke(++finished);
            }
        });
        return trials;
    }

    /// <summary>Returns the first seed of all scenarios before the second, so that the time that is left can be estimated early.</summary>
    private IEnumerable<(int Scenario, int Seed)> InOrderOfSeeds(int scenarios) =>
        Enumerable.Range(1, Runs).SelectMany(seed => Enumerable.Range(0, scenarios).Select(scenario => (scenario, seed)));
}
