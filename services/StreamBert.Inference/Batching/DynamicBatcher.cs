namespace StreamBert.Inference.Batching;

/// <summary>
/// Selects the queued texts of the next batch, without threads and without the log. A batch starts with the oldest text and is filled
/// with texts of the nearest lengths, up to the token budget and the batch size. Interactive texts go first and form batches of their
/// own; while a bulk text is starved, interactive and bulk batches alternate. Copies for a candidate form small batches when there is no
/// other text.
/// </summary>
internal sealed class DynamicBatcher(InferenceOptions options, TimeProvider time)
{
    private const int MaxShadowTexts = 256;

    /// <summary>A text that arrives waits for the batch that is being computed, so that a batch of copies is small.</summary>
    private const int MaxShadowBatch = 8;

    private readonly Queue<PendingText> _interactive = new();
    private readonly LengthBuckets _bulk = new();
    private readonly Queue<PendingText> _shadow = new();
    private long _interactiveTokens;
    private long _nextSequence;
    private bool _lastWasInteractive;

    public int Count => _bulk.Count + _interactive.Count;

    /// <summary>The time until <see cref="TakePrefetch"/> returns a batch if no text is added; null if the queue is empty.</summary>
    public TimeSpan? TimeUntilDue
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

    private bool IsBulkStarved => _bulk.Count > 0 && IsStarved(_bulk.Oldest);

    /// <summary>Adds a copy for a candidate; returns false if too many wait.</summary>
    public bool TryAddShadow(PendingText copy)
    {
        if (_shadow.Count >= MaxShadowTexts)
            return false;
        _shadow.Enqueue(copy);
        return true;
    }

    public long QueuedTokens(Priority priority) => priority == Priority.Bulk ? _bulk.Tokens : _interactiveTokens;

    public void Add(PendingText text)
    {
        (text.QueuedAt, text.Sequence) = (time.GetTimestamp(), _nextSequence++);
        if (text.Priority == Priority.Bulk)
        {
            _bulk.Add(text);
            return;
        }
        _interactive.Enqueue(text);
        _interactiveTokens += text.Length;
    }

    /// <summary>Returns the next batch for a free device without waiting for more texts. Empty only if the queue is empty.</summary>
    public IReadOnlyList<PendingText> Take()
    {
        _lastWasInteractive = _interactive.Count > 0 && !(_lastWasInteractive && IsBulkStarved);
        return _lastWasInteractive ? TakeInteractive() : _bulk.Count > 0 ? TakeBulk() : TakeShadow();
    }

    /// <summary>
    /// Returns the batch to prepare while the device is busy: a full one, or one whose oldest text has waited
    /// <see cref="InferenceOptions.MaxBatchDelay"/>. Otherwise returns an empty list, so that the batch fills further.
    /// </summary>
    public IReadOnlyList<PendingText> TakePrefetch() => TimeUntilDue == TimeSpan.Zero ? Take() : [];

    private bool IsStarved(PendingText text) => time.GetElapsedTime(text.QueuedAt) >= options.MaxStarvation;

    private bool IsFull(int texts, long tokens) => texts >= options.MaxBatchSize || tokens >= options.MaxBatchTokens;

    private List<PendingText> TakeInteractive()
    {
        var batch = new BudgetedBatch(options);
        while (_interactive.TryPeek(out var next) && batch.Fits(next))
            batch.Add(_interactive.Dequeue());
        _interactiveTokens -= batch.Tokens;
        return batch.Texts;
    }

    private List<PendingText> TakeShadow()
    {
        var batch = new BudgetedBatch(options);
        while (batch.Texts.Count < MaxShadowBatch && _shadow.TryPeek(out var next) && batch.Fits(next))
            batch.Add(_shadow.Dequeue());
        return batch.Texts;
    }

    private List<PendingText> TakeBulk()
    {
        var batch = new BudgetedBatch(options);
        while (_bulk.Count > 0 && (batch.Texts.Count == 0 || IsStarved(_bulk.Oldest)) && batch.Fits(_bulk.Oldest))
            batch.Add(_bulk.TakeOldest());
        while (_bulk.Count > 0 && batch.Fits(_bulk.PeekNearest(batch.Texts[0].Length)))
            batch.Add(_bulk.TakeNearest(batch.Texts[0].Length));
        return batch.Texts;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>
    /// Collects the texts of a batch. The first text always fits, so that a text longer than the budget is classified too.
    /// </summary>
    private sealed class BudgetedBatch(InferenceOptions options)
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
