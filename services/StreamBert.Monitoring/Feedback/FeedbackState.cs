namespace StreamBert.Monitoring.Feedback;

/// <summary>Feedback that was read before its prediction.</summary>
internal sealed record WaitingFeedback(string Id, string Head, string Label, string Annotator = "")
{
    /// <summary>Whether this is the same annotator's feedback on the same text and head.</summary>
    public bool IsReplacedBy(WaitingFeedback other) => (Id, Head, Annotator) == (other.Id, other.Head, other.Annotator);
}

/// <summary>The checkpointed state of the join of predictions and feedback of a pipeline.</summary>
internal sealed class FeedbackState
{
    /// <summary>The predictions of the random sample.</summary>
    public PredictionTable Sample { get; set; } = new();

    /// <summary>The last other predictions.</summary>
    public PredictionTable Recent { get; set; } = new();

    /// <summary>The feedback that waits for its prediction, the oldest first.</summary>
    public List<WaitingFeedback> Waiting { get; set; } = [];

    /// <summary>The changes of labels that no window has taken yet, one of each annotator, text and head.</summary>
    public List<FeedbackChange> Changes { get; set; } = [];

    /// <summary>The number of feedback records whose prediction was not held and did not follow.</summary>
    public long Unmatched { get; set; }
}
