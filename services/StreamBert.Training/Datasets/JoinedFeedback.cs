using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>Feedback with what its prediction says about the text.</summary>
/// <param name="Feedback">The feedback, with text and origin.</param>
/// <param name="Attributes">The attributes of the text; empty if its prediction was not needed or is not in the log.</param>
internal sealed record JoinedFeedback(FeedbackReceived Feedback, IReadOnlyDictionary<string, string> Attributes)
{
    private static readonly Dictionary<string, string> None = [];

    public JoinedFeedback(FeedbackReceived feedback)
        : this(feedback, None)
    {
    }
}
