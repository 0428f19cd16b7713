namespace StreamBert.Gateway.Projection;

/// <summary>Keeps a follower of the log going: whatever breaks it is told, and it starts again after a growing pause.</summary>
internal static class Persistence
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>Runs <paramref name="follow"/> again and again until cancelled. If it returns, it starts again at once.</summary>
    /// <param name="follow">Is given an action to call when it has got on, so that the next pause is short again.</param>
    /// <param name="failed">Told of each failure.</param>
    public static async Task KeepAsync(
        Func<Action, CancellationToken, Task> follow, Action<Exception> failed, TimeProvider time, CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            if (await SucceedsAsync(() => follow(() => pause = FirstPause, cancellation), failed, cancellation)) continue;
            await Task.Delay(pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Runs <paramref name="step"/> until it has succeeded once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before.</exception>
    public static async Task KeepUntilDoneAsync(
        Func<CancellationToken, Task> step, Action<Exception> failed, TimeProvider time, CancellationToken cancellation)
    {
        for (var pause = FirstPause; !await SucceedsAsync(() => step(cancellation), failed, cancellation); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            await Task.Delay(pause, time, cancellation);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Whether it ended well, which it also does by being cancelled.</summary>
    private static async Task<bool> SucceedsAsync(Func<Task> step, Action<Exception> failed, CancellationToken cancellation)
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
            failed(failure);
            return false;
        }
    }
}
