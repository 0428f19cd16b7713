using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Calibrates confidences by temperature scaling (Guo et al. 2017): it finds the temperature T that maximizes the likelihood of
/// softmax(logits / T) on held-out texts.
/// </summary>
internal static class TemperatureScaling
{
    private const int BatchSize = 64, Iterations = 40;
    private const double MinTemperature = 0.2, MaxTemperature = 8, GoldenRatio = 0.6180339887498949;

    /// <summary>Fewer texts are not enough to estimate a temperature.</summary>
    public const int MinTexts = 40;

    /// <summary>Fits the temperature of a head on held-out texts; too few texts leave it unchanged.</summary>
    public static HeadManifest Calibrate(MultiTaskNetwork network, HeadManifest head, IReadOnlyList<(int[] Ids, int Label)> heldOut)
    {
        if (heldOut.Count < MinTexts) return head;
        return head with { Temperature = FitTemperature(HeadLogits.Compute(network, head, heldOut)) };
    }

    /// <summary>
    /// Fits the temperature of a token-classification head on the labelled tokens of held-out texts; too few texts leave it unchanged.
    /// </summary>
    public static HeadManifest CalibrateTokens(MultiTaskNetwork network, HeadManifest head, IReadOnlyList<TrainingExample> heldOut)
    {
        if (heldOut.Count < MinTexts) return head;
        using var noGradient = inference_mode();
        var rows = heldOut.OrderBy(static text => text.Ids.Length).Chunk(BatchSize)
            .SelectMany(batch => ComputeTokenLogits(network, head, batch)).ToList();
        return head with { Temperature = FitTemperature(rows) };
    }

    /// <summary>Minimizes the negative log-likelihood, which has one minimum in log T, by golden-section search.</summary>
    public static double FitTemperature(IReadOnlyList<(float[] Logits, int Label)> rows)
    {
        double low = Math.Log(MinTemperature), high = Math.Log(MaxTemperature);
        for (var i = 0; i < Iterations; i++)
        {
            double left = high - GoldenRatio * (high - low), right = low + GoldenRatio * (high - low);
            if (ComputeNegativeLogLikelihood(rows, Math.Exp(left)) < ComputeNegativeLogLikelihood(rows, Math.Exp(right))) high = right;
            else low = left;
        }

        return Math.Round(Math.Exp((low + high) / 2), 4);
    }

    public static double ComputeNegativeLogLikelihood(IReadOnlyList<(float[] Logits, int Label)> rows, double temperature) =>
        rows.Sum(row =>
    {
        var max = row.Logits.Max();
        var logSum = Math.Log(row.Logits.Sum(logit => Math.Exp((logit - max) / temperature)));
        return logSum - (row.Logits[row.Label] - max) / temperature;
    });

    private static List<(float[], int)> ComputeTokenLogits(MultiTaskNetwork network, HeadManifest head, TrainingExample[] texts)
    {
        using var scope = NewDisposeScope();
        using var batch = PackedBatch.Create(texts.Select(static text => text.Ids).ToList(), network.Parameters.Device);
        var labels = batch.OriginalIndices.SelectMany(i => texts[i].TokenLabels!.Labels);
        return HeadLogits.ComputeRows(network, head, batch).Zip(labels).Where(static row => row.Second >= 0).ToList();
    }
}
