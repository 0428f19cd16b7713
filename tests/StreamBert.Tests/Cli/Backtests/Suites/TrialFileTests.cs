using System.Text.Json;
using StreamBert.Cli.Backtests.Suites;
using StreamBert.Cli.Errors;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Cli.Backtests.Suites;

public sealed class TrialFileTests : IDisposable
{
    private static readonly TimeSpan Judged = TimeSpan.FromHours(6);

    private static readonly IReadOnlyList<ScenarioDefinition> Scenarios =
    [
        ScenarioCatalog.Find("copies-2")! with { Learn = TimeSpan.FromHours(1) },
        ScenarioCatalog.Find("low-rate-death")! with { Learn = TimeSpan.FromHours(24) },
    ];

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"trials-{Guid.NewGuid():N}.jsonl");

    [Fact]
    public void A_suite_that_was_killed_goes_on_after_its_finished_runs_with_the_same_result()
    {
        var (_, first) = Run(runs: 1);
        File.AppendAllText(_path, "{\"Build\":\"cut o");

        var (trials, second) = Run(runs: 2);

        Assert.Equal((2, 2), (first, second));
        var oracle = new SuiteRunner { Runs = 2, Parallel = 2, Judged = Judged }.Run(Scenarios, TestContext.Current.CancellationToken);
        Assert.Equal(TextOf(oracle), TextOf(trials));
        Assert.Equal(0, Run(runs: 2).Ran);
    }

    [Fact]
    public void Runs_of_another_build_of_another_length_or_without_floors_do_not_count()
    {
        Run(runs: 1);
        using (var other = new TrialFile(_path, Judged * 2))
            Assert.Null(other.Find(Scenarios[0], seed: 1));
        using (var withoutFloors = new TrialFile(_path, Judged, hasFloors: false))
            Assert.Null(withoutFloors.Find(Scenarios[0], seed: 1));

        File.WriteAllText(_path, File.ReadAllText(_path).Replace("{\"Build\":\"", "{\"Build\":\"0", StringComparison.Ordinal));

        Assert.Contains("another build", Assert.Throws<CliException>(() => new TrialFile(_path, Judged)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_path);

    private (IReadOnlyList<ScenarioTrial> Trials, int Ran) Run(int runs)
    {
        using var file = new TrialFile(_path, Judged);
        var ran = 0;
        var runner = new SuiteRunner
        {
            Runs = runs,
            Parallel = 2,
            Judged = Judged,
            Finished = file.Find,
            OnTrial = (trial, seed) =>
            {
                ran++;
                file.Add(trial, seed);
            },
        };
        return (runner.Run(Scenarios, TestContext.Current.CancellationToken), ran);
    }

    private static string TextOf(IReadOnlyList<ScenarioTrial> trials) => JsonSerializer.Serialize(
        trials.Select(static trial => new { trial.Definition.Name, trial.Period, trial.Alarms, trial.Texts, trial.Coverage }));
}
