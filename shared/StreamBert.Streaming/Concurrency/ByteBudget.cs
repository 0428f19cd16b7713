namespace StreamBert.Streaming.Concurrency;

/// <summary>
/// Limits how many bytes may be in use at one time. A caller that asks for more than is free waits, in turn, until enough has been
/// released. A request above the capacity is granted when nothing else is in use, so that nothing waits for ever. Thread-safe.
/// </summary>
/// <param name="capacity">The bytes that may be in use together.</param>
public sealed class ByteBudget(long capacity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TaskCompletionSource _released = NewSignal();
    private long _used;

    /// <summary>The bytes in use at the moment.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Acquires bytes; waits until they are free.</summary>
    public async Task AcquireAsync(long bytes, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            while (!TryAcquire(bytes, out var released))
                await released.WaitAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Acquires bytes if they are free at this moment.</summary>
    public bool TryAcquire(long bytes) => TryAcquire(bytes, out _);

    /// <summary>Returns bytes that were acquired.</summary>
    public void Release(long bytes)
    {
        TaskCompletionSource released;
        lock (_gate)
        {
            _used -= bytes;
            (released, _released) = (_released, NewSignal());
        }
        released.SetResult();
    }

    /// <summary>Frees the semaphore behind the queue of callers.</summary>
    public void Dispose() => _turn.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool TryAcquire(long bytes, out Task released)
    {
        lock (_gate)
        {
            released = _released.Task;
            if (_used > 0 && _used + bytes > capacity)
                return false;
            _used += bytes;
            return true;
        }
    }
}
