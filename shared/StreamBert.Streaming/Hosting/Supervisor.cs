using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State;

namespace StreamBert.Streaming.Hosting;

/// <summary>Keeps the loops of a service running: a failure is logged, and the loop starts again after a growing pause.</summary>
public sealed class Supervisor(TimeProvider time, ILogger<Supervisor> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="loop"/> again and again until cancelled. If it returns, it starts again at once.</summary>
    /// <param name="name">What the loop does, as the subject of a log message.</param>
    /// <param name="loop">Is given an action to call when it has made progress, so that the next pause is short again.</param>
    /// <param name="failed">Is told of each failure.</param>
    public async Task RunAsync(
        string name,
        Func<Action, CancellationToken, Task> loop,
        CancellationToken cancellation,
        Action<Exception>? failed = null)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            if (await SucceedsAsync(name, () => loop(() => pause = FirstPause, cancellation), pause, failed, cancellation))
                continue;
            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = Longer(pause);
        }
    }

    /// <summary>Runs <paramref name="step"/> until it has succeeded once.</summary>
    /// <param name="name">What the step does, as the subject of a log message.</param>
    /// <param name="step">What is done.</param>
    /// <param name="failed">Is told of each failure.</param>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public async Task RunOnceAsync(
        string name,
        Func<CancellationToken, Task> step,
        CancellationToken cancellation,
        Action<Exception>? failed = null)
    {
        for (
            var pause = FirstPause;
            !await SucceedsAsync(name, () => step(cancellation), pause, failed, cancellation);
            pause = Longer(pause))
        {
            await Task.Delay(pause, time, cancellation);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    /// <summary>Whether it ended well, which it also does by being cancelled.</summary>
    private async Task<bool> SucceedsAsync(
        string name,
        Func<Task> step,
        TimeSpan pause,
        Action<Exception>? failed,
        CancellationToken cancellation)
    {
        try
        {
            await step();
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return true;
        }
        catch (Exception failure)
        {
            failed?.Invoke(failure);
            Report(name, pause, failure);
            return false;
        }
    }

    /// <summary>A store that is away is no fault of the loop, so there is nothing to see in a stack trace.</summary>
    private void Report(string name, TimeSpan pause, Exception failure)
    {
        if (failure is LogUnavailableException or StateUnavailableException)
            logger.LogWarning("{Loop} waits and tries again in {Pause} s: {Reason}", name, pause.TotalSeconds, failure.Message);
        else
            logger.LogError(new EventId(0, name), failure, "{Loop} failed and starts again in {Pause} s", name, pause.TotalSeconds);
    }
}
