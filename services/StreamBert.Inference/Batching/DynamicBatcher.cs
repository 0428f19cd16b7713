namespace StreamBert.Inference.Batching;

/// <summary>
/// Decides which waiting texts make the next batch; knows neither threads nor the log. A batch starts with the text that waited
/// longest and is filled with those of the nearest lengths, up to the token budget and the size. Interactive texts go first and
/// among themselves; but when a bulk text has been passed over too long, interactive and bulk batches take turns.
/// </summary>
public sealed class DynamicBatcher(InferenceOptions options, TimeProvider time)
{
    private readonly Queue<PendingText> _interactive = new();
    private readonly LengthBuckets _bulk = new();
    private long _interactiveTokens;
    private long _arrived;
    private bool _lastWasInteractive;

    public int Count => _bulk.Count + _interactive.Count;

    public long WaitingTokens(Lane lane) => lane == Lane.Bulk ? _bulk.Tokens : _interactiveTokens;

    public void Add(PendingText text)
    {
        (text.QueuedAt, text.Sequence) = (time.GetTimestamp(), _arrived++);
        if (text.Lane == Lane.Bulk)
        {
            _bulk.Add(text);
            return;
        }
        _interactive.Enqueue(text);
        _interactiveTokens += text.Length;
    }

    /// <summary>The next batch for a free device: whatever waits, at once. Empty only if nothing waits.</summary>
    public IReadOnlyList<PendingText> Take()
    {
        _lastWasInteractive = _interactive.Count > 0 && !(_lastWasInteractive && BulkIsOverdue);
        return _lastWasInteractive ? TakeInteractive() : TakeBulk();
    }

    /// <summary>
    /// The batch to make ready while the device is busy: a full one, or one whose oldest text has waited <see
    /// cref="InferenceOptions.MaxBatchDelay"/>;
    /// otherwise empty, so that it fills further.
    /// </summary>
    public IReadOnlyList<PendingText> TakeAhead() => DueIn == TimeSpan.Zero ? Take() : [];

    /// <summary>How long until <see cref="TakeAhead"/> yields a batch if nothing more comes; null if nothing waits.</summary>
    public TimeSpan? DueIn
    {
        get
        {
            if (Count == 0)
                return null;
            if (IsFull(_bulk.Count, _bulk.Tokens) || IsFull(_interactive.Count, _interactiveTokens))
                return TimeSpan.Zero;
            var left = options.MaxBatchDelay - LongestWait;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private TimeSpan LongestWait => Max(
        _bulk.Count > 0 ? time.GetElapsedTime(_bulk.Oldest.QueuedAt) : TimeSpan.Zero,
        _interactive.Count > 0 ? time.GetElapsedTime(_interactive.Peek().QueuedAt) : TimeSpan.Zero);

    private bool BulkIsOverdue => _bulk.Count > 0 && IsOverdue(_bulk.Oldest);

    private bool IsOverdue(PendingText text) => time.GetElapsedTime(text.QueuedAt) >= options.MaxPassOver;

    private bool IsFull(int texts, long tokens) => texts >= options.MaxBatchSize || tokens >= options.MaxBatchTokens;

    private List<PendingText> TakeInteractive()
    {
        var batch = new Filling(options);
        while (_interactive.TryPeek(out var next) && batch.Fits(next))
            batch.Add(_interactive.Dequeue());
        _interactiveTokens -= batch.Tokens;
        return batch.Texts;
    }

    private List<PendingText> TakeBulk()
    {
        var batch = new Filling(options);
        while (_bulk.Count > 0 && (batch.Texts.Count == 0 || IsOverdue(_bulk.Oldest)) && batch.Fits(_bulk.Oldest))
            batch.Add(_bulk.TakeOldest());
        while (_bulk.Count > 0 && batch.Fits(_bulk.PeekNearest(batch.Texts[0].Length)))
            batch.Add(_bulk.TakeNearest(batch.Texts[0].Length));
        return batch.Texts;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>A batch while it is filled. The first text always fits, so that a long one is served too.</summary>
    private sealed class Filling(InferenceOptions options)
    {
        public List<PendingText> Texts { get; } = [];
        public int Tokens { get; private set; }

        public bool Fits(PendingText text) =>
            Texts.Count == 0 || (Texts.Count < options.MaxBatchSize && Tokens + text.Length <= options.MaxBatchTokens);

        public void Add(PendingText text)
        {
            Texts.Add(text);
            Tokens += text.Length;
        }
    }
}
