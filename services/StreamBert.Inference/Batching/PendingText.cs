using StreamBert.Inference.Serving;
using StreamBert.Model;

namespace StreamBert.Inference.Batching;

/// <summary>Who waits for the answer.</summary>
public enum Lane
{
    /// <summary>The stream.</summary>
    Bulk,

    /// <summary>A person or a program that awaits this one text; served first.</summary>
    Interactive,
}

/// <summary>What became of a text: either a result or the error it met when tried alone.</summary>
/// <param name="Started">The clock's timestamp at which its batch started.</param>
/// <param name="ModelTime">The batch's forward pass.</param>
/// <param name="BatchSize">Texts in that batch; 0 if there was none, because the answer was known or came too late.</param>
public sealed record Answer(
    ClassifiedText? Result, Exception? Error, string ModelVersion, long Started, TimeSpan ModelTime, int BatchSize);

/// <summary>The time had passed after which nobody awaits the answer.</summary>
public sealed class DeadlinePassedException(
    DateTimeOffset deadline) : Exception($"Its answer was awaited until {deadline:O}; it was not computed after that.");

/// <summary>
/// A tokenized text on its way to the device. Its <see cref="Answer"/> never faults; it is cancelled if nobody wants it any more.
/// </summary>
public sealed class PendingText(string text, ServedModel encoder, Lane lane, CancellationToken dropped)
{
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EncodedText Encoded { get; private set; } = encoder.Encode(text);
    public Lane Lane => lane;
    public int Length => Encoded.Length;
    public Task<Answer> Answer => _answer.Task;

    /// <summary>When its answer is of no use any more; null: never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When it joined the queue, by the queue's clock.</summary>
    internal long QueuedAt { get; set; }

    /// <summary>Its place in the order of arrival.</summary>
    internal long Sequence { get; set; }

    /// <summary>Tokens as a model wants them: anew, if it is not the one whose vocabulary they were made with.</summary>
    internal EncodedText EncodedFor(ServedModel model)
    {
        if (!ReferenceEquals(model, encoder))
            (encoder, Encoded) = (model, model.Encode(text));
        return Encoded;
    }

    /// <summary>Whether an answer is still to be found.</summary>
    internal bool IsWanted
    {
        get
        {
            if (dropped.IsCancellationRequested)
                _answer.TrySetCanceled(dropped);
            return !_answer.Task.IsCompleted;
        }
    }

    /// <summary>Answers it with <see cref="DeadlinePassedException"/> if its deadline has passed.</summary>
    internal void Expire(TimeProvider time)
    {
        if (Deadline is { } deadline && deadline <= time.GetUtcNow())
            Complete(new(null, new DeadlinePassedException(deadline), encoder.Version, time.GetTimestamp(), TimeSpan.Zero, 0));
    }

    internal void Complete(Answer answer) => _answer.TrySetResult(answer);

    internal void Cancel() => _answer.TrySetCanceled(CancellationToken.None);
}
