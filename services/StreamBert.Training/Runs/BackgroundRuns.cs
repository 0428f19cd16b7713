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

    /// <summary>Guards <see cref="_due"/> and <see cref="_ends"/>.</summary>
    private readonly Lock _gate = new();

    /// <summary>What the current run is for; requests join it until it reads the feedback.</summary>
    private DueRun? _due;

    /// <summary>The ends of the feedback that the current run has read; null before.</summary>
    private IReadOnlyList<long>? _ends;

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
        (_due, _ends) = (due, null);
        _run = RunAsync(_cancellation.Token);
    }

    /// <summary>Determines what becomes of a request for a run.</summary>
    /// <returns>
    /// The state to report at once, with its description; null if the start of a run, which is not reported yet, will answer the request.
    /// </returns>
    public (string State, string Detail)? Admit(string model, RecordPosition request)
    {
        lock (_gate)
        {
            if (_due is null)
                return null;
            if (_due.Model == model && _ends is null)
            {
                _due = _due with { Requests = [.. _due.Requests, request] };
                return null;
            }
            return _due.Model == model && request.Offset < _ends!.ElementAtOrDefault(request.Partition)
                ? (TrainingStates.Started, "a run in progress trains on all feedback before the request")
                : (TrainingStates.Queued, $"a run of {_due.Model} is in progress; the requested one starts after it");
        }
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
        lock (_gate)
            (_due, _ends) = (null, null);
    }

    private async Task<CompletedRun> RunAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(options.Value.FeedbackDebounce, time, cancellation);
            var partitions = await log.DescribeAsync([Topics.Feedback], cancellation);
            var due = Begin([.. partitions.OrderBy(static partition => partition.Partition).Select(static partition => partition.End)]);
            var report = TrainingReports.Create(due, TrainingStates.Started, due.Detail, null, time.GetUtcNow());
            await log.AppendAsync([report], cancellation);
            return Complete() with { Result = await TrainAsync(due, cancellation) };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Complete() with { CancelReason = _cancelReason ?? "the trainer stops" };
        }
        catch (Exception e)
        {
            return Complete() with { Error = e };
        }
    }

    private async Task<RunResult?> TrainAsync(DueRun due, CancellationToken cancellation)
    {
        var progress = new RunProgressReporter(log, due, time, logger);
        try
        {
            return await run.RunAsync(due, progress, cancellation);
        }
        finally
        {
            await progress.CompleteAsync();
        }
    }

    /// <summary>Closes the run to requests, and leaves those to the next run that came after the feedback it will read.</summary>
    private DueRun Begin(IReadOnlyList<long> ends)
    {
        lock (_gate)
        {
            _ends = ends;
            return _due = _due! with
            {
                Requests = [.. _due.Requests.Where(request => request.Offset < ends.ElementAtOrDefault(request.Partition))],
            };
        }
    }

    private CompletedRun Complete()
    {
        lock (_gate)
            return new(_due!, _ends ?? []);
    }
}
