using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Training.Runs;

/// <summary>
/// Trains models concurrently with the reading of the log, one set of models at a time. A failed run is retried after a delay.
/// </summary>
internal sealed class BackgroundRuns(
    IEventLog log, TrainingRun run, IOptions<TrainingOptions> options, Readiness readiness, Supervisor supervisor, TimeProvider time,
    ILogger<BackgroundRuns> logger)
{
    private const string Component = "training";
    private static readonly Task NeverCompleted = new TaskCompletionSource().Task;
    private readonly TrainingOptions _options = options.Value;
    private CancellationTokenSource? _cancellation;
    private Task<CompletedRuns>? _runs;

    /// <summary>Completes with the current runs; never completes while there are none.</summary>
    public Task Completion => _runs ?? NeverCompleted;

    /// <summary>Starts the runs of the models, unless there are none or runs are in progress.</summary>
    public void StartIfIdle(IReadOnlyList<string> models, CancellationToken stopping)
    {
        if (_runs is not null || models.Count == 0)
            return;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _runs = RunAsync(models, _cancellation.Token);
    }

    /// <summary>Returns the results if the runs are complete, once; else null.</summary>
    public async Task<CompletedRuns?> TakeCompletedAsync()
    {
        if (_runs is not { IsCompleted: true } runs)
            return null;
        Reset();
        return await runs;
    }

    /// <summary>Cancels the current runs and waits until they have ended.</summary>
    public async Task CancelAsync(string reason)
    {
        if (_runs is null || _cancellation is null)
            return;
        logger.LogWarning("The training run is cancelled: {Reason}", reason);
        TrainingMetrics.RecordRun(RunOutcome.Cancelled);
        await _cancellation.CancelAsync();
        await ((Task)_runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Reset();
    }

    private void Reset()
    {
        _cancellation?.Dispose();
        (_cancellation, _runs) = (null, null);
    }

    private async Task<CompletedRuns> RunAsync(IReadOnlyList<string> models, CancellationToken cancellation)
    {
        await Task.Delay(_options.FeedbackDebounce, time, cancellation);
        var names = string.Join(", ", models);
        var task = SupervisedTask.WithDelay($"The training run of {names}", _options.RetryDelay) with
        {
            OnFailure = error => ReportFailure(names, error),
        };
        var completed = await supervisor.RunOnceAsync(task, stopping => RunOnceAsync(models, stopping), cancellation);
        readiness.Recover(Component);
        return completed;
    }

    private void ReportFailure(string models, Exception error)
    {
        TrainingMetrics.RecordRun(RunOutcome.Failed);
        readiness.Degrade(
            Component, $"The training run of {models} failed: {error.Message.TrimEnd('.')}.",
            $"Its feedback is kept, and the run is retried every {_options.RetryDelay}; fix what the reason names.");
    }

    private async Task<CompletedRuns> RunOnceAsync(IReadOnlyList<string> models, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Feedback], cancellation);
        var results = new List<RunResult>();
        foreach (var model in models)
        {
            if (await run.RunAsync(model, cancellation) is { } result)
                results.Add(result);
            else
                logger.LogWarning("Model {Model} has no feedback to train on; its run is skipped", model);
        }
        return new(models, partitions.ToDictionary(static partition => partition.Partition, static partition => partition.End), results);
    }
}
