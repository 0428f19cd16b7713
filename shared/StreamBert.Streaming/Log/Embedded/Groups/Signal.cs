namespace StreamBert.Streaming.Log.Embedded.Groups;

/// <summary>Wakes everybody who waits. Take <see cref="Next"/> before looking for work, so that no pulse is missed.</summary>
internal sealed class Signal
{
    private TaskCompletionSource _next = Source();

    public Task Next => Volatile.Read(ref _next).Task;

    public void Pulse() => Interlocked.Exchange(ref _next, Source()).TrySetResult();

    /// <summary>Ends all waiting, now and later.</summary>
    public void Close()
    {
        var closed = Source();
        closed.SetException(new ObjectDisposedException(nameof(EmbeddedEventLog)));
        _ = closed.Task.Exception; // seen: nobody needs to be waiting
        Interlocked.Exchange(ref _next, closed).TrySetResult();
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
