using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Tokenization;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// The answers of a token-classification head before a training whose texts have no entities: learned together with the new labels, they
/// keep the head as it was while the encoder changes (Li and Hoiem 2016, "Learning without Forgetting").
/// </summary>
internal static class TokenAnswers
{
    private const int BatchSize = 32;

    /// <summary>Returns the labels that the head predicts for the tokens of each text; none for special tokens.</summary>
    public static IReadOnlyList<TokenLabels> Compute(
        MultiTaskNetwork network, HeadManifest head, SpecialTokens specialTokens, IReadOnlyList<int[]> texts,
        CancellationToken cancellation)
    {
        using var noGradient = no_grad();
        var answers = new TokenLabels[texts.Count];
        foreach (var batch in Enumerable.Range(0, texts.Count).OrderBy(text => texts[text].Length).Chunk(BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var packed = PackedBatch.Create([.. batch.Select(text => texts[text])], network.Parameters.Device);
            var logits = network.ComputeLogits(network.Encoder.Forward(packed, dropout: 0), packed, head, dropout: 0);
            var predicted = new Queue<long>(logits.argmax(1).cpu().data<long>().ToArray());
            foreach (var text in packed.OriginalIndices.Select(index => batch[index]))
                answers[text] = new(head.Name, [.. texts[text].Select(id => Take(predicted, specialTokens.Contains(id)))]);
        }
        return answers;
    }

    private static int Take(Queue<long> predicted, bool isSpecial)
    {
        var label = (int)predicted.Dequeue();
        return isSpecial ? -1 : label;
    }
}
