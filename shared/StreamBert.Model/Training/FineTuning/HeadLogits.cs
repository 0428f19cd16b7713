using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Computes the logits of a head on labelled texts, without gradients.</summary>
internal static class HeadLogits
{
    private const int BatchSize = 64;

    /// <summary>Computes the logits of a head that classifies whole texts. The results are ordered by length.</summary>
    public static List<(float[] Logits, int Label)> Compute(
        MultiTaskNetwork network, HeadManifest head, IEnumerable<(int[] Ids, int Label)> texts)
    {
        using var noGradient = inference_mode();
        return [.. texts.OrderBy(static text => text.Ids.Length).Chunk(BatchSize).SelectMany(batch => Compute(network, head, batch))];
    }

    /// <summary>Computes the logits of a head for a batch in packed order: a row for each text, or for each token.</summary>
    public static List<float[]> ComputeRows(MultiTaskNetwork network, HeadManifest head, PackedBatch batch) =>
        network.ComputeLogits(network.Encoder.Forward(batch), batch, head, dropout: 0).ToFloats().Chunk(head.Labels.Count).ToList();

    private static List<(float[], int)> Compute(MultiTaskNetwork network, HeadManifest head, (int[] Ids, int Label)[] texts)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), network.Parameters.Device);
        var logits = ComputeRows(network, head, batch);
        return batch.OriginalIndices.Select((original, packed) => (logits[packed], texts[original].Label)).ToList();
    }
}
