using StreamBert.Model.Classification;

namespace StreamBert.Training.Datasets;

/// <summary>Classifies many texts in batches, between which a run can be cancelled.</summary>
internal static class BatchedAnswers
{
    private const int BatchSize = 32;

    /// <summary>Returns the texts with the answers of a model, in their order.</summary>
    public static IEnumerable<(string Text, ClassifiedText Answer)> Of(
        TextClassifier model, IEnumerable<string> texts, CancellationToken cancellation)
    {
        foreach (var batch in texts.Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var answered in batch.Zip(model.Classify([.. batch.Select(model.Encode)])))
                yield return answered;
        }
    }
}
