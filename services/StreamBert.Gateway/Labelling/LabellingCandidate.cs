using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>A prediction whose text may be worth a label.</summary>
/// <param name="Prediction">The prediction.</param>
/// <param name="Head">The head that makes it a candidate.</param>
/// <param name="Score">How much the label is worth, by the measure of the strategy.</param>
/// <param name="Reason">Why, as a sentence without its end.</param>
internal sealed record LabellingCandidate(TextClassified Prediction, string Head, double Score, string Reason);
