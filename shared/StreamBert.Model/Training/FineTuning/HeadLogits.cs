using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Computes the logits of a head on labelled texts, without gradients.</summary>
internal static class HeadLogits
{
    private const int BatchSize = 64;

    /// <summary>
    /// Computes the logits of each text, or of each labelled token for a token-classification head. The results are ordered by length.
    /// </summary>
    public static List<LabelledLogits> Compute(MultiTaskNetwork network, HeadManifest head, IEnumerable<ValidationText> texts)
    {
        using var noGradient = inference_mode();
        return [.. texts.OrderBy(static text => text.Ids.Length).Chunk(BatchSize).SelectMany(batch => Compute(network, head, batch))];
    }

    private static List<LabelledLogits> Compute(MultiTaskNetwork network, HeadManifest head, ValidationText[] texts)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create([.. texts.Select(static text => text.Ids)], network.Parameters.Device);
        var logits = network.ComputeLogits(network.Encoder.Forward(batch), batch, head, dropout: 0).ToFloats().Chunk(head.Labels.Count);
        var labels = batch.OriginalIndices.SelectMany(i => texts[i].Labels.Select(label => (Label: label, texts[i].Source)));
        return logits.Zip(labels, static (row, label) => new LabelledLogits(row, label.Label, label.Source))
            .Where(static row => row.Label >= 0).ToList();
    }
}
