using System.Text.Json;
using StreamBert.Cli.Errors;
using StreamBert.Contracts;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Cli.Backtests.Suites;

/// <summary>
/// Keeps finished trials of a suite in a file of JSON Lines, so that a suite that was stopped or killed resumes where it was. Trials of
/// another build of the monitor do not count, and a line that a kill has cut off is run again.
/// </summary>
internal sealed class TrialFile : IDisposable
{
    private const long MaxBytes = 1L << 30;

    private static readonly string Build = typeof(ScenarioTrial).Module.ModuleVersionId.ToString("N");

    private readonly Dictionary<(string Scenario, int Seed, double? Days, bool HasFloors), StoredTrial> _stored = [];
    private readonly StreamWriter _writer;
    private readonly double? _days;
    private readonly bool _hasFloors;

    /// <param name="path">The file; it is created if it does not exist.</param>
    /// <param name="judged">The time that is judged in each trial; null for that of the scenario.</param>
    /// <param name="hasFloors">Whether the rules have effect floors.</param>
    /// <exception cref="CliException">The file cannot be opened, or it holds trials of another build.</exception>
    public TrialFile(string path, TimeSpan? judged, bool hasFloors = true)
    {
        (_days, _hasFloors) = (judged?.TotalDays, hasFloors);
        try
        {
            if (File.Exists(path))
                Read(path);
            _writer = new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read)) { AutoFlush = true };
            if (_writer.BaseStream.Position > 0)
                _writer.WriteLine();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"The file of trials {path} (--resume) cannot be opened: {exception.Message}");
        }
    }

    /// <summary>Returns a trial that finished earlier; null if it has not.</summary>
    public ScenarioTrial? Find(ScenarioDefinition scenario, int seed) =>
        _stored.TryGetValue((scenario.Name, seed, _days, _hasFloors), out var stored)
            ? new(scenario, stored.Period, stored.Alarms, stored.Texts) { Coverage = new(stored.Intervals, stored.Covered) }
            : null;

    /// <summary>Adds a finished trial; called by one thread at a time.</summary>
    public void Add(ScenarioTrial trial, int seed) => _writer.WriteLine(JsonSerializer.Serialize(new StoredTrial(
        Build, trial.Definition.Name, seed, _days, _hasFloors, trial.Period, trial.Alarms, trial.Texts, trial.Coverage.Intervals,
        trial.Coverage.Covered)));

    public void Dispose() => _writer.Dispose();

    private void Read(string path)
    {
        foreach (var line in RegularFile.Lines(path, MaxBytes).Where(static line => line.Length > 0))
        {
            if (Parse(line) is not { } trial)
                continue;
            if (trial.Build != Build)
                throw new CliException($"The file of trials {path} (--resume) was made by another build of StreamBert; give a new file.");
            _stored[(trial.Scenario, trial.Seed, trial.Days, trial.HasFloors)] = trial;
        }
    }

    private static StoredTrial? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredTrial>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record StoredTrial(
        string Build, string Scenario, int Seed, double? Days, bool HasFloors, ScenarioPeriod Period, IReadOnlyList<ScenarioAlarm> Alarms,
        long Texts, long Intervals, long Covered);
}
