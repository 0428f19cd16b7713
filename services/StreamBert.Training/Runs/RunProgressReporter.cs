using Microsoft.Extensions.Logging;
using StreamBert.Contracts;
using StreamBert.Model.Training;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>
/// Reports the progress of a run in the log. A report that cannot be written is left out: it must not delay training.
/// </summary>
internal sealed class RunProgressReporter(IEventLog log, DueRun due, TimeProvider time, ILogger logger) : IRunProgress
{
    private readonly long _startedAt = time.GetTimestamp();
    private readonly ReportSchedule _schedule = new();
    private Task _last = Task.CompletedTask;
    private bool _isInPhase;

    public void Report(TrainingProgress value)
    {
        if (!_last.IsCompleted || !double.IsFinite(value.Loss)
            || !(_schedule.TryReport(time.GetElapsedTime(_startedAt)) || _isInPhase))
        {
            return;
        }
        _isInPhase = false; // the first step ends the phase before it
        _last = AppendAsync(null, new()
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

    public void Report(string value)
    {
        _isInPhase = true;
        _last = AppendAfterAsync(_last, value);
    }

    /// <summary>Completes when the last report is written, so that none follows the end of the run.</summary>
    public Task CompleteAsync() => _last;

    private async Task AppendAfterAsync(Task earlier, string phase)
    {
        await earlier;
        await AppendAsync(phase, null);
    }

    private async Task AppendAsync(string? phase, RunProgress? progress)
    {
        try
        {
            await log.AppendAsync(
                [
                    TrainingReports.Create(
                        due with { Requests = [] }, TrainingStates.Running, due.Detail, null, time.GetUtcNow(), progress, phase),
                ],
                CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            logger.LogDebug(e, "The progress of the training run of {Model} could not be reported; the run continues", due.Model);
        }
    }
}
