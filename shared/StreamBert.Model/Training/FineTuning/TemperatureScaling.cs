using StreamBert.Model.Manifests;
using StreamBert.Model.Network;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Calibrates confidences by temperature scaling (Guo et al. 2017): it finds the temperature T that maximizes the likelihood of
/// softmax(logits / T) on held-out texts. Every source of texts has the same weight, so that a large one does not decide alone.
/// </summary>
internal static class TemperatureScaling
{
    private const int Iterations = 40;
    private const double MinTemperature = 0.2, MaxTemperature = 8, GoldenRatio = 0.6180339887498949;

    /// <summary>Fewer texts are not enough to estimate a temperature.</summary>
    public const int MinTexts = 40;

    /// <summary>Fits the temperature of a head on held-out texts; too few texts leave it unchanged.</summary>
    public static HeadManifest Calibrate(MultiTaskNetwork network, HeadManifest head, IReadOnlyCollection<ValidationText> heldOut) =>
        heldOut.Count < MinTexts ? head
            : head with { Temperature = FitTemperature(HeadLogits.Compute(network, head, heldOut)) };

    /// <summary>
    /// Minimizes the mean over the sources of their mean negative log-likelihood, which has one minimum in log T, by golden-section search.
    /// </summary>
    public static double FitTemperature(IReadOnlyList<LabelledLogits> rows)
    {
        var sources = rows.GroupBy(static row => row.Source, StringComparer.Ordinal).Select(static rows => rows.ToArray()).ToList();
        double low = Math.Log(MinTemperature), high = Math.Log(MaxTemperature);
        for (var i = 0; i < Iterations; i++)
        {
            double left = high - GoldenRatio * (high - low), right = low + GoldenRatio * (high - low);
            if (ComputeLoss(Math.Exp(left)) < ComputeLoss(Math.Exp(right))) high = right;
            else low = left;
        }

        return Math.Round(Math.Exp((low + high) / 2), 4);

        double ComputeLoss(double temperature) => sources.Sum(source => ComputeMeanLoss(source, temperature));
    }

    /// <summary>Computes the mean negative log-likelihood of the labels.</summary>
    public static double ComputeMeanLoss(IReadOnlyCollection<LabelledLogits> rows, double temperature) => rows.Average(row =>
    {
        var max = row.Logits.Max();
        var logSum = Math.Log(row.Logits.Sum(logit => Math.Exp((logit - max) / temperature)));
        return logSum - (row.Logits[row.Label] - max) / temperature;
    });
}
