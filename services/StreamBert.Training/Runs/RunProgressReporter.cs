using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model.Training;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>
/// Reports the progress of a run in the log, from 10 s on and then each time its duration has grown by a twentieth: about a hundred reports
/// of a run of ten hours. A report that cannot be written is left out: it must not delay training.
/// </summary>
internal sealed class RunProgressReporter(IEventLog log, DueRun due, TimeProvider time, ILogger logger) : IProgress<TrainingProgress>
{
    private const double Growth = 0.05;
    private static readonly TimeSpan MinimumInterval = TimeSpan.FromSeconds(10);
    private readonly long _startedAt = time.GetTimestamp();
    private TimeSpan _reportedAt;
    private Task _last = Task.CompletedTask;

    public void Report(TrainingProgress value)
    {
        var elapsed = time.GetElapsedTime(_startedAt);
        if (!_last.IsCompleted || !double.IsFinite(value.Loss) || elapsed - _reportedAt < Max(MinimumInterval, Growth * elapsed))
            return;
        _reportedAt = elapsed;
        _last = AppendAsync(new()
        {
            Epoch = value.Epoch,
            Epochs = value.Epochs,
            Step = value.Step,
            Steps = value.Steps,
            Loss = value.Loss,
            TokensPerSecond = value.TokensPerSecond,
            RemainingSeconds = value.Remaining.TotalSeconds,
        });
    }

    /// <summary>Completes when the last report is written, so that none follows the end of the run.</summary>
    public Task CompleteAsync() => _last;

    private async Task AppendAsync(RunProgress progress)
    {
        try
        {
            await log.AppendAsync(
                [
                    TrainingReports.Create(
                        due with { Requests = [] }, TrainingStates.Running, due.Detail, null, time.GetUtcNow(), progress),
                ],
                CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogDebug(e, "The progress of the training run of {Model} could not be reported; the run continues", due.Model);
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
