namespace StreamBert.Model.Manifests;

/// <summary>What a precision costs compared with float32, measured on held-out texts.</summary>
/// <param name="AccuracyLoss">The accuracy in float32 minus that in the precision, over the texts of all heads; may be negative.</param>
/// <param name="Agreement">The share of the texts with the same label in both.</param>
/// <param name="Texts">The number of texts.</param>
public sealed record PrecisionReport(double AccuracyLoss, double Agreement, int Texts);
