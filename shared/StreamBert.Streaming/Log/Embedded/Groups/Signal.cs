namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>Wakes everybody who waits. Take <see cref="Next"/> before looking for work, so that no pulse is missed.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = NewSource();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, NewSource()).TrySetResult();

    /// <summary>Ends all waits, now and later, with an <see cref="ObjectDisposedException"/>.</summary>
    public void Close()
    {
        var closed = NewSource();
        closed.SetException(LogClosed());
        _ = closed.Task.Exception; // observed, because possibly nobody waits
        Interlocked.Exchange(ref _next, closed).TrySetResult();
    }

    /// <summary>Creates the exception of calls to a log that is closed.</summary>
    public static ObjectDisposedException LogClosed() => new("EmbeddedEventLog");

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
