using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation;

/// <summary>What a head answers to a text, and what it would answer without calibration.</summary>
/// <param name="Prediction">The prediction, calibrated by the temperature of the head.</param>
/// <param name="Uncalibrated">The prediction at temperature 1.</param>
public sealed record ScoredText(HeadPrediction Prediction, HeadPrediction Uncalibrated)
{
    /// <summary>The predicted labels: one, or any number for a multi-label head.</summary>
    public IReadOnlyList<string> Labels => Prediction.Labels ?? [Prediction.Label];
}
