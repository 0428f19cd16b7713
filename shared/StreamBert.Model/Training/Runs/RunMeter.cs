using System.Diagnostics;
using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Energy;

namespace StreamBert.Model.Training.Runs;

/// <summary>Measures a run, also one that is interrupted and continues.</summary>
internal sealed class RunMeter(EnergyMeter energy, TimeProvider time)
{
    private long _stepTimestamp, _readTimestamp = time.GetTimestamp();
    private RunTotals _totals = RunTotals.None;

    /// <summary>Starts the measurement of a step.</summary>
    public void StartStep() => _stepTimestamp = time.GetTimestamp();

    /// <summary>Adds the step that was started.</summary>
    /// <param name="tokens">The number of tokens of its batches.</param>
    public void EndStep(int tokens)
    {
        _totals = _totals with
        {
            Steps = _totals.Steps + 1,
            Tokens = _totals.Tokens + tokens,
            StepSeconds = _totals.StepSeconds + time.GetElapsedTime(_stepTimestamp).TotalSeconds,
        };
        Read(); // before a counter of energy wraps twice
    }

    /// <summary>Returns what the run took so far.</summary>
    public RunTotals Read()
    {
        var now = time.GetTimestamp();
        _totals = _totals with
        {
            Seconds = _totals.Seconds + time.GetElapsedTime(_readTimestamp, now).TotalSeconds,
            Joules = _totals.Joules + energy.ReadJoules(),
        };
        _readTimestamp = now;
        return _totals;
    }

    /// <summary>Continues a run from what it took until its checkpoint.</summary>
    public void Restore(RunTotals totals) => _totals = totals;

    /// <summary>Returns what the run used.</summary>
    public TrainingUsage CreateUsage(string method, long parameters, long trained)
    {
        var totals = Read();
        using var process = Process.GetCurrentProcess();
        return new(
            method, parameters, trained, totals.Steps, totals.StepSeconds / Math.Max(1, totals.Steps),
            totals.StepSeconds > 0 ? totals.Tokens / totals.StepSeconds : 0, process.PeakWorkingSet64, totals.Seconds,
            energy.Estimate(totals.Joules));
    }
}
