using StreamBert.Contracts;
using StreamBert.Inference.Serving;
using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Inference.Batching;

/// <summary>
/// A tokenized text in the queue of a model. Its <see cref="Result"/> never faults; it is cancelled when the text is abandoned.
/// </summary>
internal sealed class PendingText(string text, ServedModel encoder, Priority priority, CancellationToken abandoned)
{
    private readonly TaskCompletionSource<ClassificationResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EncodedText Encoded { get; private set; } = encoder.Encode(text);

    public Priority Priority => priority;

    /// <summary>The number of tokens.</summary>
    public int Length => Encoded.Length;

    public Task<ClassificationResult> Result => _result.Task;

    /// <summary>The time after which nobody needs the result; null: there is none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The key of the text, by which a rollout selects the version that answers; null: always the serving version.</summary>
    public string? Key { get; init; }

    /// <summary>The pipeline of the text.</summary>
    public PipelineOptions? Pipeline { get; init; }

    /// <summary>The serving version's answer, of a copy for the candidate of a rollout.</summary>
    public ClassifiedText? ChampionAnswer { get; private init; }

    /// <summary>The candidate that was to answer and failed on this text; null if none did.</summary>
    public string? FailedVersion { get; internal set; }

    /// <summary>The timestamp at which the text entered the queue.</summary>
    internal long QueuedAt { get; set; }

    /// <summary>The number of the text in the order of arrival.</summary>
    internal long Sequence { get; set; }

    /// <summary>The model's output, if the text was classified.</summary>
    internal ClassifiedText? Answer =>
        _result.Task is { IsCompletedSuccessfully: true, Result: ClassificationResult.Succeeded { Output: var output } } ? output : null;

    /// <summary>Whether the text still needs a result. Cancels the result of an abandoned text.</summary>
    internal bool NeedsResult
    {
        get
        {
            if (abandoned.IsCancellationRequested)
                _result.TrySetCanceled(abandoned);
            return !_result.Task.IsCompleted;
        }
    }

    /// <summary>Returns a copy of a text that is answered, for the candidate of a rollout.</summary>
    internal PendingText CopyFor(ClassifiedText answer) => new(text, encoder, Priority.Shadow, CancellationToken.None)
    {
        Key = Key,
        Pipeline = Pipeline,
        ChampionAnswer = answer,
    };

    /// <summary>Returns the language of the text, if the model was not trained on it; null otherwise.</summary>
    internal string? FindForeignLanguage() => encoder.FindForeignLanguage(text);

    /// <summary>Returns the tokens for a model; tokenizes the text again if another model tokenized it.</summary>
    internal EncodedText EncodeFor(ServedModel model)
    {
        if (!ReferenceEquals(model, encoder))
            (encoder, Encoded) = (model, model.Encode(text));
        return Encoded;
    }

    /// <summary>Completes the text with a <see cref="DeadlinePassedException"/> if its deadline has passed.</summary>
    internal void FailIfExpired(TimeProvider time)
    {
        if (Deadline is { } deadline && deadline <= time.GetUtcNow())
            Complete(new ClassificationResult.Failed(new DeadlinePassedException(deadline)));
    }

    internal void Complete(ClassificationResult result) => _result.TrySetResult(result);

    internal void Cancel() => _result.TrySetCanceled(CancellationToken.None);
}
