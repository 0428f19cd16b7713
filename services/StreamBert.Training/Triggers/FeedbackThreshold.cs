using StreamBert.Training.Registry;

namespace StreamBert.Training.Triggers;

/// <summary>
/// The number of new feedback records that start a run. It doubles with each candidate that is not shown to be better than the serving
/// version, because a smaller gain takes more held-out texts to show: four times as many for half the gain.
/// </summary>
internal static class FeedbackThreshold
{
    private const int MaximumDoublings = 3;

    /// <param name="minimum">The number that starts the first run on a serving version.</param>
    /// <param name="history">The history of the model.</param>
    public static int Of(int minimum, ModelHistory history) => minimum << Math.Min(history.CandidatesWithoutGain, MaximumDoublings);
}
