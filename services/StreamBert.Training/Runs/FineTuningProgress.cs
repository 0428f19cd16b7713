using Microsoft.Extensions.Logging;
using StreamBert.Model.Training;

namespace StreamBert.Training.Runs;

/// <summary>
/// Reports the progress of fine-tuning: each step as metrics and to a reporter, and every few seconds as a log line; each phase to the
/// reporter and as a log line.
/// </summary>
internal sealed class FineTuningProgress(
    string version, IRunProgress reporter, TimeProvider time, ILogger logger) : IRunProgress
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(5);
    private long? _loggedAt;

    /// <summary>The curves so far.</summary>
    public CurveRecorder Curve { get; } = new();

    /// <summary>The loss that was reported last; NaN before the first step.</summary>
    public double Loss { get; private set; } = double.NaN;

    public void Report(string value)
    {
        reporter.Report(value);
        logger.LogInformation("{Version}: {Phase}", version, value);
    }

    public void Report(TrainingProgress value)
    {
        Loss = value.Loss;
        TrainingMetrics.RecordProgress(value);
        Curve.Add(value);
        reporter.Report(value);
        if (value.Step != value.Steps && _loggedAt is { } loggedAt && time.GetElapsedTime(loggedAt) < LogInterval)
            return;
        _loggedAt = time.GetTimestamp();
        logger.LogInformation(
            "{Version}: epoch {Epoch}/{Epochs}, step {Step}/{Steps}, loss {Loss:0.000}, {TokensPerSecond:0} tokens/s, {Remaining:0} s left",
            version, value.Epoch, value.Epochs, value.Step, value.Steps, value.Loss, value.TokensPerSecond, value.Remaining.TotalSeconds);
    }
}
