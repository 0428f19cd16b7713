namespace StreamBert.Streaming.Concurrency;

/// <summary>
/// Bytes that may be in hand at one time. Who wants more than is left waits, in turn, until enough has been given back; more than there is
/// at all is
/// let through when nothing else is in hand, so that nothing waits for ever.
/// </summary>
public sealed class ByteBudget(long most) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TaskCompletionSource _given = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _used;

    public long UsedBytes => Interlocked.Read(ref _used);

    public async Task AcquireAsync(long bytes, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            while (!TryAcquire(bytes, out var given))
                await given.WaitAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Release(long bytes)
    {
        TaskCompletionSource given;
        lock (_gate)
        {
            _used -= bytes;
            (given, _given) = (_given, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        given.SetResult();
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Takes them if they are left at this moment.</summary>
    public bool TryAcquire(long bytes) => TryAcquire(bytes, out _);

    private bool TryAcquire(long bytes, out Task given)
    {
        lock (_gate)
        {
            given = _given.Task;
            if (_used > 0 && _used + bytes > most)
                return false;
            _used += bytes;
            return true;
        }
    }
}
