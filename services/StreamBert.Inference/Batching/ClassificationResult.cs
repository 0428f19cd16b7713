using StreamBert.Model.Classification;

namespace StreamBert.Inference.Batching;

/// <summary>The result of classifying one text: the model's output, or the error that the text causes even in a batch of its own.</summary>
internal abstract record ClassificationResult
{
    private ClassificationResult()
    {
    }

    /// <summary>The model classified the text, or its prediction was cached.</summary>
    /// <param name="StartedAt">The timestamp at which the batch started.</param>
    /// <param name="ModelTime">The duration of the batch's forward pass.</param>
    /// <param name="BatchSize">The number of texts in the batch; 0 for a cached prediction.</param>
    internal sealed record Succeeded(ClassifiedText Output, string ModelVersion, long StartedAt, TimeSpan ModelTime, int BatchSize)
        : ClassificationResult;

    /// <summary>The text was not classified.</summary>
    internal sealed record Failed(Exception Error) : ClassificationResult;
}

/// <summary>The deadline of a text had passed before its batch started.</summary>
internal sealed class DeadlinePassedException(DateTimeOffset deadline)
    : Exception($"The deadline {deadline:O} has passed, so the text was not classified.");
