using StreamBert.Model.Classification;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Evaluation;

/// <summary>Classifies many items in batches of similar lengths, which keeps attention cheap.</summary>
internal static class BatchedClassification
{
    private const int BatchSize = 64;

    /// <summary>Classifies the texts of all items. The results are ordered by length, not in the order of the items.</summary>
    public static IEnumerable<(T Item, EncodedText Encoded, ClassifiedText Output)> Classify<T>(
        TextClassifier model, IEnumerable<T> items, Func<T, string> getText)
    {
        var encoded = items.Select(item => (Item: item, Encoded: model.Encode(getText(item)))).OrderBy(static pair => pair.Encoded.Length);
        foreach (var batch in encoded.Chunk(BatchSize))
        {
            var outputs = model.Classify([.. batch.Select(static pair => pair.Encoded)]);
            for (var i = 0; i < batch.Length; i++) yield return (batch[i].Item, batch[i].Encoded, outputs[i]);
        }
    }
}
