using Microsoft.Extensions.Logging;
using StreamBert.Model.Training;

namespace StreamBert.Training.Runs;

/// <summary>Shows where fine-tuning stands: every step as metrics, every few seconds as a line of the log.</summary>
internal sealed class ProgressLog(string version, TrainingMetrics metrics, TimeProvider time, ILogger logger) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private long _lastLine;

    /// <summary>The loss last reported; not a number before the first step.</summary>
    public double Loss { get; private set; } = double.NaN;

    public void Report(TrainingProgress value)
    {
        Loss = value.Loss;
        metrics.Show(value);
        if (value.Step != value.Steps && _lastLine != 0 && time.GetElapsedTime(_lastLine) < Interval)
            return;
        _lastLine = time.GetTimestamp();
        logger.LogInformation(
            "{Version}: epoch {Epoch}/{Epochs}, step {Step}/{Steps}, loss {Loss:0.000}, {TokensPerSecond:0} tokens/s, {Remaining:0} s to go",
            version,
            value.Epoch,
            value.Epochs,
            value.Step,
            value.Steps,
            value.Loss,
            value.TokensPerSecond,
            value.Remaining.TotalSeconds);
    }
}
