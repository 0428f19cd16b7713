namespace StreamBert.Inference.Batching;

/// <summary>
/// The meeting point of readers and devices around a <see cref="DynamicBatcher"/>: submitting waits while too many tokens wait,
/// taking blocks its own thread until there is a batch. Thread-safe.
/// </summary>
/// <param name="devices">Batches computed at once; a further taker only makes a batch ready ahead.</param>
public sealed class BatchQueue(InferenceOptions options, TimeProvider time, int devices)
{
    private readonly object _gate = new();
    private readonly DynamicBatcher _batcher = new(options, time);
    private TaskCompletionSource _room = NewRoom();
    private int _running;
    private bool _closed;

    /// <summary>
    /// Adds texts of one lane together, once its waiting tokens are below <see cref="InferenceOptions.MaxWaitingTokens"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The queue is closed.</exception>
    public async ValueTask SubmitAsync(Lane lane, IReadOnlyList<PendingText> texts, CancellationToken cancellation)
    {
        while (!TryAdd(lane, texts, out var room))
            await room.WaitAsync(cancellation);
    }

    /// <summary>
    /// Blocks until a batch is there for this taker; null when the queue is closed and empty. After the batch: <see cref="Release"/>.
    /// </summary>
    public IReadOnlyList<PendingText>? Take()
    {
        lock (_gate)
        {
            for (; ; )
            {
                var batch = _running < devices ? _batcher.Take() : _batcher.TakeAhead();
                if (batch.Count > 0)
                    return Started(batch);
                if (_closed && _batcher.Count == 0)
                    return null;
                Monitor.Wait(_gate, _batcher.DueIn is { } due ? (int)Math.Ceiling(due.TotalMilliseconds) : Timeout.Infinite);
            }
        }
    }

    /// <summary>Says that a taken batch is through: its device is free.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _running--;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>No more texts; takers get what waits, then null.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryAdd(Lane lane, IReadOnlyList<PendingText> texts, out Task room)
    {
        lock (_gate)
        {
            room = _room.Task;
            if (_closed)
                throw new InvalidOperationException("The batch queue is closed; nothing more can be classified.");
            if (_batcher.WaitingTokens(lane) >= options.MaxWaitingTokens)
                return false;
            foreach (var text in texts)
                _batcher.Add(text);
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    private IReadOnlyList<PendingText> Started(IReadOnlyList<PendingText> batch)
    {
        _running++;
        _room.SetResult();
        _room = NewRoom();
        return batch;
    }

    private static TaskCompletionSource NewRoom() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
