using StreamBert.Streaming.Events;

namespace StreamBert.Training.Datasets;

/// <summary>What the check of feedback found.</summary>
/// <param name="Model">The model that learns from it; null if none does.</param>
/// <param name="Fault">Why it cannot be used; null if it can.</param>
internal sealed record FeedbackCheck(string? Model, RecordFault? Fault = null)
{
    /// <summary>Whether it needs its prediction, which is not in the log yet.</summary>
    public bool IsWithoutPrediction { get; init; }
}
