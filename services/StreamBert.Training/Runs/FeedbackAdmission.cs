using StreamBert.Contracts;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Training.Datasets;

namespace StreamBert.Training.Runs;

/// <summary>
/// Checks the feedback of each batch on arrival: what a model can learn from counts as pending, the rest becomes a dead letter. Feedback
/// without a text waits, in a bounded number, until Inference has classified what was sent before it; a batch is committed only after all
/// its feedback is decided. A label that is withdrawn does not count. Not thread-safe.
/// </summary>
internal sealed class FeedbackAdmission(
    IEventLog log, BacklogBatchReader reader, FeedbackChecker checker, PipelineCatalog pipelines, PendingWork pending)
{
    /// <summary>The number of feedback records that may wait; beyond it the oldest are given up.</summary>
    public const int MaxWaiting = 10_000;

    private readonly List<BacklogBatch> _batches = [];
    private readonly List<UnjoinedFeedback> _waiting = [];

    /// <summary>The ends of the predictions before they were last searched for the feedback that waits.</summary>
    private IReadOnlyDictionary<int, long>? _searched;

    /// <summary>Whether feedback waits for its prediction.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>The number of leading batches whose feedback is decided, so that they can be committed.</summary>
    public int DecidedCount => _batches.TakeWhile(static batch => batch.Waiting == 0).Count();

    /// <summary>Discards all batches; they are delivered again or belong to another reader.</summary>
    public void Clear()
    {
        _batches.Clear();
        _waiting.Clear();
        _searched = null;
    }

    /// <summary>Adds a batch and checks its feedback.</summary>
    public async Task<BacklogBatch> AddAsync(ReadBatch source, CancellationToken cancellation)
    {
        var batch = reader.Read(source);
        _batches.Add(batch);
        foreach (var (stored, fault) in batch.Unusable)
            reader.AddDeadLetter(batch, stored, fault);
        var ends = await EndsAsync(cancellation);
        var checks = await checker.CheckAsync([.. batch.Feedback.Select(static item => item.Feedback)], null, cancellation);
        var undecided = batch.Feedback.Zip(checks).Where(item => !TryDecide(batch, item.First, item.Second)).ToList();
        foreach (var (_, feedback) in batch.Feedback)
            TrainingMetrics.Feedback.Add(1, new KeyValuePair<string, object?>("pipeline", feedback.Pipeline));
        if (undecided.Count > 0)
        {
            _searched ??= ends;
            await WaitAsync(batch, [.. undecided.Select(static item => item.First)], cancellation);
            await CheckWaitingAsync(cancellation);
        }
        foreach (var (stored, withdrawal) in batch.Withdrawals)
            Withdraw(batch, stored, withdrawal);
        return batch;
    }

    /// <summary>Checks the feedback that waits against the predictions that have come since.</summary>
    public async Task CheckWaitingAsync(CancellationToken cancellation)
    {
        if (_waiting.Count == 0)
            return;
        var last = await FindLastChancesAsync(cancellation); // before the search, which finds what Inference has committed by now
        var ends = await EndsAsync(cancellation);
        var checks = await checker.CheckAsync([.. _waiting.Select(static waiting => waiting.Feedback)], _searched, cancellation);
        foreach (var (waiting, check) in _waiting.ToList().Zip(checks))
        {
            if (TryDecide(waiting.Batch, (waiting.Stored, waiting.Feedback), last.Contains(waiting) ? GiveUp(check) : check))
            {
                waiting.Batch.Waiting--;
                _waiting.Remove(waiting);
            }
        }
        _searched = _waiting.Count > 0 ? ends : null;
    }

    /// <summary>Joins the first batches into one, to be committed in one step with their dead letters.</summary>
    public (ReadBatch Batch, IReadOnlyList<NewRecord> Outputs) JoinFirst(int count) =>
        (ReadBatch.Join([.. _batches.Take(count).Select(static batch => batch.Source)]),
            [.. _batches.Take(count).SelectMany(static batch => batch.Outputs)]);

    /// <summary>Removes the first batches after their commit.</summary>
    public void RemoveFirst(int count) => _batches.RemoveRange(0, count);

    private async Task<IReadOnlyDictionary<int, long>> EndsAsync(CancellationToken cancellation) =>
        (await log.DescribeAsync([Topics.Predictions], cancellation)).ToDictionary(static part => part.Partition, static part => part.End);

    private async Task WaitAsync(
        BacklogBatch batch, IReadOnlyList<(LogRecord Stored, FeedbackReceived Feedback)> feedback, CancellationToken cancellation)
    {
        foreach (var group in feedback.GroupBy(static item => item.Feedback.Pipeline))
        {
            var bound = await InputProgressBound.TakeAsync(log, pipelines.Get(group.Key), cancellation);
            _waiting.AddRange(group.Select(item => new UnjoinedFeedback(batch, item.Stored, item.Feedback, bound)));
        }
        batch.Waiting += feedback.Count;
    }

    /// <summary>
    /// Returns the waiting feedback whose prediction must be in the log now if it ever comes, and the oldest beyond the limit.
    /// </summary>
    private async Task<HashSet<UnjoinedFeedback>> FindLastChancesAsync(CancellationToken cancellation)
    {
        var last = _waiting.SkipLast(MaxWaiting).ToHashSet();
        foreach (var group in _waiting.GroupBy(static waiting => waiting.Bound))
        {
            if (await group.Key.IsReachedAsync(cancellation))
                last.UnionWith(group);
        }
        return last;
    }

    /// <returns>False if the feedback has to wait for its prediction.</returns>
    private bool TryDecide(BacklogBatch batch, (LogRecord Stored, FeedbackReceived Feedback) item, FeedbackCheck check)
    {
        if (check.IsWithoutPrediction)
            return false;
        if (check.Fault is { } fault)
            reader.AddDeadLetter(batch, item.Stored, fault);
        else if (check.Model is { } model)
            pending.AddFeedback(model, item.Feedback, item.Stored.Position);
        return true;
    }

    private void Withdraw(BacklogBatch batch, LogRecord stored, FeedbackWithdrawn withdrawal)
    {
        if (pipelines.Find(withdrawal.Pipeline) is null)
        {
            reader.AddDeadLetter(
                batch, stored, new(DeadLetterReasons.UnknownPipeline, "The withdrawal names a pipeline that is not configured here."));
            return;
        }
        pending.Withdraw(withdrawal, stored.Position);
        foreach (var waiting in _waiting.FindAll(waiting => waiting.IsWithdrawnBy(withdrawal)))
        {
            waiting.Batch.Waiting--;
            _waiting.Remove(waiting);
        }
    }

    private static FeedbackCheck GiveUp(FeedbackCheck check) => !check.IsWithoutPrediction ? check : new(check.Model, new(
        DeadLetterReasons.NoPrediction,
        $"The text of the feedback cannot be read: {ExclusionReason.Describe(DeadLetterReasons.NoPrediction)}."));

    private sealed class UnjoinedFeedback(BacklogBatch batch, LogRecord stored, FeedbackReceived feedback, InputProgressBound bound)
    {
        public BacklogBatch Batch => batch;

        public LogRecord Stored => stored;

        public FeedbackReceived Feedback => feedback;

        public InputProgressBound Bound => bound;

        public bool IsWithdrawnBy(FeedbackWithdrawn withdrawal) =>
            AnnotationKey.Of(feedback) == AnnotationKey.Of(withdrawal) && feedback.OccurredAt <= withdrawal.OccurredAt;
    }
}
