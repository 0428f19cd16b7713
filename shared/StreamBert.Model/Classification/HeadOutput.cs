using StreamBert.Model.Entities;
using StreamBert.Model.Heads;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Classification;

/// <summary>The output of a head for one text.</summary>
/// <param name="Logits">The logits: one row, or one for each token for token classification.</param>
/// <param name="OutOfDistribution">The out-of-distribution score; null if the package has no distribution of the head.</param>
internal sealed record HeadOutput(HeadManifest Head, float[] Logits, double? OutOfDistribution)
{
    /// <summary>Returns the logits of a head for one text of a batch.</summary>
    public static float[] Slice(HeadManifest head, float[] logits, int text, int firstToken, int tokens)
    {
        var (first, rows) = head.Task == HeadTask.TokenClassification ? (firstToken, tokens) : (text, 1);
        return logits[(first * head.Labels.Count)..((first + rows) * head.Labels.Count)];
    }

    /// <summary>Creates the output of the model from those of its heads.</summary>
    public static ClassifiedText Combine(EncodedText text, IReadOnlyList<HeadOutput> heads, float[] embedding)
    {
        var predictions = heads.Where(static output => output.Head.Task != HeadTask.TokenClassification).ToDictionary(
            static output => output.Head.Name,
            static output => HeadActivation.ToPrediction(output.Head, output.Logits) with { OutOfDistribution = output.OutOfDistribution });
        return new ClassifiedText(predictions, embedding)
        {
            Logits = heads.ToDictionary(static output => output.Head.Name, static output => output.Logits),
            Entities = EntityDecoder.Decode(text, [.. heads.Select(static output => (output.Head, output.Logits))]),
        };
    }
}
