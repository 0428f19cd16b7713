using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.Supervision;

/// <summary>
/// Keeps the loops and the steps of a service running: retries what fails, after delays that grow exponentially with jitter, logs each
/// failure, and shows it in the readiness
/// of the process. All delays use the given <see cref="TimeProvider"/>.
/// </summary>
public sealed class Supervisor(TimeProvider time, ILogger<Supervisor> logger, Readiness? readiness = null)
{
    /// <summary>Runs a loop until cancelled. If it returns, it starts again at once; if it throws, it starts again after a delay.</summary>
    /// <param name="task">Describes the loop.</param>
    /// <param name="loop">
    /// Receives an action to call when it has made progress: the delay after its next failure is the initial one again.
    /// </param>
    /// <param name="stopping">Ends the supervision; the method then returns without an exception, after the loop has ended.</param>
    public async Task RunAsync(SupervisedTask task, Func<Action, CancellationToken, Task> loop, CancellationToken stopping)
    {
        var pipeline = Pipeline(task);
        ExceptionDispatchInfo? failure = null;
        try
        {
            while (!stopping.IsCancellationRequested)
                failure = await RunUntilProgressAsync(pipeline, task, loop, failure, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped as asked.
        }
        catch (Exception exception) when (stopping.IsCancellationRequested)
        {
            logger.LogError(new EventId(0, task.Name), exception, "{Task} failed while it was being stopped.", task.Name);
        }
    }

    /// <inheritdoc cref="RunAsync(SupervisedTask, Func{Action, CancellationToken, Task}, CancellationToken)"/>
    public Task RunAsync(SupervisedTask task, Func<CancellationToken, Task> loop, CancellationToken stopping) =>
        RunAsync(task, (_, cancellation) => loop(cancellation), stopping);

    /// <summary>
    /// Runs a step at once and then again and again, with an interval between the end of one and the start of the next, until cancelled. A
    /// step that throws is retried after a delay.
    /// </summary>
    public Task RunPeriodicallyAsync(SupervisedTask task, TimeSpan interval, Func<CancellationToken, Task> step,
        CancellationToken stopping) => RunAsync(
        task,
        async (progressed, cancellation) =>
        {
            while (true)
            {
                await step(cancellation);
                progressed();
                await Task.Delay(interval, time, cancellation);
            }
        },
        stopping);

    /// <summary>Runs a step until it has succeeded once.</summary>
    /// <returns>What the step returned.</returns>
    /// <exception cref="OperationCanceledException">The step was cancelled before it succeeded.</exception>
    public async Task<T> RunOnceAsync<T>(SupervisedTask task, Func<CancellationToken, Task<T>> step, CancellationToken cancellation)
    {
        try
        {
            return await Pipeline(task).ExecuteAsync(async token => await step(token), cancellation);
        }
        catch (Exception failure) when (IsFailedStop(failure, cancellation))
        {
            throw new OperationCanceledException($"{task.Name} failed while it was being stopped.", failure, cancellation);
        }
    }

    /// <inheritdoc cref="RunOnceAsync{T}(SupervisedTask, Func{CancellationToken, Task{T}}, CancellationToken)"/>
    public Task RunOnceAsync(SupervisedTask task, Func<CancellationToken, Task> step, CancellationToken cancellation) => RunOnceAsync(
        task,
        async token =>
        {
            await step(token);
            return true;
        },
        cancellation);

    /// <summary>Runs a step on the calling thread, which waits during the delays, until it has succeeded once.</summary>
    /// <exception cref="OperationCanceledException">The step was cancelled before it succeeded.</exception>
    public void RunOnce(SupervisedTask task, Action<CancellationToken> step, CancellationToken cancellation)
    {
        try
        {
            Pipeline(task).Execute(step, cancellation);
        }
        catch (Exception failure) when (IsFailedStop(failure, cancellation))
        {
            throw new OperationCanceledException($"{task.Name} failed while it was being stopped.", failure, cancellation);
        }
    }

    private static bool IsFailedStop(Exception failure, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested && failure is not OperationCanceledException;

    /// <summary>
    /// Runs the loop until it returns, or until it fails after progress. That failure is returned, and thrown by the next call as its first
    /// attempt: so a new series of delays begins.
    /// </summary>
    private static async Task<ExceptionDispatchInfo?> RunUntilProgressAsync(
        ResiliencePipeline pipeline, SupervisedTask task, Func<Action, CancellationToken, Task> loop, ExceptionDispatchInfo? failure,
            CancellationToken stopping) =>
        await pipeline.ExecuteAsync(
            async cancellation =>
            {
                Interlocked.Exchange(ref failure, null)?.Throw();
                var hasProgressed = false;
                try
                {
                    await loop(() => hasProgressed = true, cancellation);
                    return null;
                }
                catch (Exception exception) when (hasProgressed && !cancellation.IsCancellationRequested && task.IsRetryable(exception))
                {
                    return ExceptionDispatchInfo.Capture(exception);
                }
            },
            stopping);

    private ResiliencePipeline Pipeline(SupervisedTask task) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = task.InitialDelay,
            MaxDelay = task.MaxDelay > task.InitialDelay ? task.MaxDelay : task.InitialDelay,
            ShouldHandle = attempt =>
                ValueTask.FromResult(attempt.Outcome.Exception is { } exception && IsRetried(task, exception, attempt.Context)),
            OnRetry = retry =>
            {
                Report(task, retry.Outcome.Exception!, retry.RetryDelay);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private static bool IsRetried(SupervisedTask task, Exception exception, ResilienceContext context) =>
        !context.CancellationToken.IsCancellationRequested && task.IsRetryable(exception);

    /// <summary>The stack trace of an unavailable dependency tells nothing, so only its message is logged.</summary>
    private void Report(SupervisedTask task, Exception failure, TimeSpan delay)
    {
        task.OnFailure?.Invoke(failure);
        if (task.ReadinessPart is { } part)
            readiness?.MarkWaiting(part, failure.Message);
        var eventId = new EventId(0, task.Name);
        if (failure is DependencyUnavailableException)
        {
            logger.LogWarning(
                eventId, "{Task} cannot continue and is retried in {Delay:0.0} s: {Reason}", task.Name, delay.TotalSeconds,
                    failure.Message);
        }
        else
        {
            logger.LogError(eventId, failure, "{Task} failed and is retried in {Delay:0.0} s.", task.Name, delay.TotalSeconds);
        }
    }
}
