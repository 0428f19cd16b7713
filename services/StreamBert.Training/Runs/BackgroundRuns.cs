using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>Trains models concurrently with the reading of the log, one at a time.</summary>
internal sealed class BackgroundRuns(
    IEventLog log, TrainingRun run, IOptions<TrainingOptions> options, TimeProvider time, ILogger<BackgroundRuns> logger)
{
    private static readonly Task NeverCompleted = new TaskCompletionSource().Task;
    private CancellationTokenSource? _cancellation;
    private Task<CompletedRun>? _run;
    private string? _cancelReason;

    /// <summary>Completes with the current run; never completes while there is none.</summary>
    public Task Completion => _run ?? NeverCompleted;

    /// <summary>Whether a run is in progress or its result was not taken yet.</summary>
    public bool IsBusy => _run is not null;

    /// <summary>The model of the current run, and the version that served when it started.</summary>
    public (string Model, string? Parent)? Current { get; private set; }

    /// <summary>Starts a run; none may be in progress.</summary>
    public void Start(DueRun due, string? parent, CancellationToken stopping)
    {
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _cancelReason = null;
        Current = (due.Model, parent);
        _run = RunAsync(due, _cancellation.Token);
    }

    /// <summary>Returns the current run if it has ended, once; else null.</summary>
    public async Task<CompletedRun?> TakeCompletedAsync()
    {
        if (_run is not { IsCompleted: true } run)
            return null;
        Reset();
        return await run;
    }

    /// <summary>Cancels the current run, which ends soon after.</summary>
    public void Cancel(string reason)
    {
        if (_run is null || _cancellation is null || _cancelReason is not null)
            return;
        logger.LogWarning("The training run of {Model} is cancelled: {Reason}", Current?.Model, reason);
        TrainingMetrics.RecordRun(RunOutcome.Cancelled);
        _cancelReason = reason;
        _cancellation.Cancel();
    }

    /// <summary>Cancels the current run, waits until it has ended, and discards it.</summary>
    public async Task StopAsync(string reason)
    {
        Cancel(reason);
        if (_run is { } run)
            await ((Task)run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Reset();
    }

    private void Reset()
    {
        _cancellation?.Dispose();
        (_cancellation, _run, Current) = (null, null, null);
    }

    private async Task<CompletedRun> RunAsync(DueRun due, CancellationToken cancellation)
    {
        IReadOnlyList<long> ends = [];
        try
        {
            await Task.Delay(options.Value.FeedbackDebounce, time, cancellation);
            var partitions = await log.DescribeAsync([Topics.Feedback], cancellation);
            ends = [.. partitions.OrderBy(static partition => partition.Partition).Select(static partition => partition.End)];
            var report = TrainingReports.Create(due, TrainingStates.Started, due.Cause, null, time.GetUtcNow());
            await log.AppendAsync([report], cancellation);
            return new(due, ends) { Result = await run.RunAsync(due.Model, cancellation) };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new(due, ends) { CancelReason = _cancelReason ?? "the trainer stops" };
        }
        catch (Exception e)
        {
            return new(due, ends) { Error = e };
        }
    }
}
