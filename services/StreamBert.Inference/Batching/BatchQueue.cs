namespace StreamBert.Inference.Batching;

/// <summary>
/// Hands texts from readers to devices through a <see cref="DynamicBatcher"/>. Adding texts waits while the queue is full; taking a
/// batch blocks the calling thread until there is one. Thread-safe.
/// </summary>
/// <param name="devices">The number of batches that are computed at once; any further taker prefetches a batch.</param>
internal sealed class BatchQueue(InferenceOptions options, TimeProvider time, int devices)
{
    private readonly object _lock = new(); // Monitor.Wait needs an object
    private readonly DynamicBatcher _batcher = new(options, time);
    private TaskCompletionSource _batchTaken = NewSignal();
    private int _running;
    private bool _isClosed;

    /// <summary>
    /// Adds texts of one priority together, as soon as the queued tokens of that priority are below
    /// <see cref="InferenceOptions.MaxQueuedTokens"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The queue is closed.</exception>
    public async ValueTask AddAsync(Priority priority, IReadOnlyList<PendingText> texts, CancellationToken cancellation)
    {
        while (!TryAdd(priority, texts, out var batchTaken))
            await batchTaken.WaitAsync(cancellation);
    }

    /// <summary>
    /// Adds a copy for the candidate of a rollout without waiting; returns false if too many wait or the queue is closed.
    /// </summary>
    public bool TryAddShadow(PendingText copy)
    {
        lock (_lock)
        {
            if (_isClosed || !_batcher.TryAddShadow(copy))
                return false;
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    /// <summary>
    /// Blocks until there is a batch for this caller, who calls <see cref="Release"/> after it. Returns null when the queue is closed
    /// and empty.
    /// </summary>
    public IReadOnlyList<PendingText>? Take()
    {
        lock (_lock)
        {
            for (; ; )
            {
                var batch = _running < devices ? _batcher.Take() : _batcher.TakePrefetch();
                if (batch.Count > 0)
                    return MarkTaken(batch);
                if (_isClosed && _batcher.Count == 0)
                    return null;
                Monitor.Wait(_lock, _batcher.TimeUntilDue is { } due ? (int)Math.Ceiling(due.TotalMilliseconds) : Timeout.Infinite);
            }
        }
    }

    /// <summary>Marks a taken batch as computed, which frees its device.</summary>
    public void Release()
    {
        lock (_lock)
        {
            _running--;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Rejects further texts; callers of <see cref="Take"/> get the queued texts, then null.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private bool TryAdd(Priority priority, IReadOnlyList<PendingText> texts, out Task batchTaken)
    {
        lock (_lock)
        {
            batchTaken = _batchTaken.Task;
            if (_isClosed)
                throw new InvalidOperationException("The batch queue is closed and accepts no more texts.");
            if (_batcher.QueuedTokens(priority) >= options.MaxQueuedTokens)
                return false;
            foreach (var text in texts)
                _batcher.Add(text);
            Monitor.PulseAll(_lock);
            return true;
        }
    }

    private IReadOnlyList<PendingText> MarkTaken(IReadOnlyList<PendingText> batch)
    {
        _running++;
        _batchTaken.SetResult();
        _batchTaken = NewSignal();
        return batch;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
