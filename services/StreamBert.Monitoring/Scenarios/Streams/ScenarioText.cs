using StreamBert.Contracts;

namespace StreamBert.Monitoring.Scenarios.Streams;

/// <summary>
/// A prediction of a generated stream with the labels that are true. A true label equals the predicted one with the probability that the
/// confidence states.
/// </summary>
/// <param name="Prediction">The prediction; it was classified when it arrived, and the texts of a stream are in that order.</param>
/// <param name="TrueSentiment">The true label of the head <c>sentiment</c>.</param>
/// <param name="TrueTopic">The true label of the other head.</param>
internal readonly record struct ScenarioText(TextClassified Prediction, string TrueSentiment, string TrueTopic)
{
    /// <summary>Returns the true label of a head.</summary>
    public string TruthOf(string head) => head == "sentiment" ? TrueSentiment : TrueTopic;
}
