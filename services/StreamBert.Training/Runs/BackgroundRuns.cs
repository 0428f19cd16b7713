using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>What the runs of some models came to.</summary>
/// <param name="Ends">Where each partition of the feedback topic ended before the data was read: all before that has been learned
/// from.</param>
public sealed record RunsOutcome(IReadOnlyList<string> Models, IReadOnlyDictionary<int, long> Ends, IReadOnlyList<RunResult> Results);

/// <summary>Runs beside the reading of the log, one set of models at a time; what fails is tried again after a pause.</summary>
public sealed class BackgroundRuns(
    IEventLog log, TrainingRun run, IOptions<TrainingOptions> options, TrainingMetrics metrics, Readiness readiness, TimeProvider time, ILogger<BackgroundRuns> logger)
{
    private const string Component = "training";
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly TrainingOptions _options = options.Value;
    private CancellationTokenSource? _cancellation;
    private Task<RunsOutcome>? _work;

    /// <summary>Ends when the runs under way are done; without any it does not end.</summary>
    public Task Completion => _work ?? Never;

    /// <summary>Starts runs for the models, unless there are none or some are under way.</summary>
    public void StartIfIdle(IReadOnlyList<string> models, CancellationToken stopping)
    {
        if (_work is not null || models.Count == 0)
            return;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _work = RunAsync(models, _cancellation.Token);
    }

    /// <summary>The outcome, once, if the runs are done.</summary>
    public async Task<RunsOutcome?> TakeAsync()
    {
        if (_work is not { IsCompleted: true } work)
            return null;
        Forget();
        return await work;
    }

    /// <summary>Breaks off what is under way and waits until it has let go of everything.</summary>
    public async Task BreakOffAsync(string reason)
    {
        if (_work is null)
            return;
        logger.LogWarning("The training run is broken off: {Reason}", reason);
        metrics.Ran(RunEnd.BrokenOff);
        await _cancellation!.CancelAsync();
        await ((Task)_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Forget();
    }

    private void Forget()
    {
        _cancellation?.Dispose();
        (_cancellation, _work) = (null, null);
    }

    private async Task<RunsOutcome> RunAsync(IReadOnlyList<string> models, CancellationToken cancellation)
    {
        await Task.Delay(_options.Settle, time, cancellation);
        while (true)
        {
            try
            {
                var outcome = await RunOnceAsync(models, cancellation);
                readiness.Recover(Component);
                return outcome;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                metrics.Ran(RunEnd.Failed);
                readiness.Degrade(
                    Component,
                    $"The training run of {string.Join(", ", models)} failed: {e.Message.TrimEnd('.')}.",
                    $"Its feedback is kept, and it is tried again every {_options.RetryDelay}; do what the reason says.");
                logger.LogError(
                    e,
                    "The training run of {Models} failed; it is tried again in {Delay}",
                    string.Join(", ", models),
                    _options.RetryDelay);
                await Task.Delay(_options.RetryDelay, time, cancellation);
            }
        }
    }

    private async Task<RunsOutcome> RunOnceAsync(IReadOnlyList<string> models, CancellationToken cancellation)
    {
        var partitions = await log.DescribeAsync([Topics.Feedback], cancellation);
        var results = new List<RunResult>();
        foreach (var model in models)
        {
            if (await run.RunAsync(model, cancellation) is { } result)
                results.Add(result);
            else
                logger.LogWarning("There is no verdict that {Model} could learn from", model);
        }
        return new(models, partitions.ToDictionary(static p => p.Partition, static p => p.End), results);
    }
}
