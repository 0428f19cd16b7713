namespace StreamBert.Training.Runs;

/// <summary>A run that has ended: with a result, without feedback to train on, with an error, or cancelled.</summary>
/// <param name="Due">What the run was for.</param>
/// <param name="FeedbackEnds">
/// The end offset of each feedback partition before the dataset was read: all feedback before it was used. Empty if it was not read.
/// </param>
internal sealed record CompletedRun(DueRun Due, IReadOnlyList<long> FeedbackEnds)
{
    /// <summary>The result; null if there was no feedback to train on, or the run failed or was cancelled.</summary>
    public RunResult? Result { get; init; }

    /// <summary>The error that ended the run.</summary>
    public Exception? Error { get; init; }

    /// <summary>Why the run was cancelled; null if it was not.</summary>
    public string? CancelReason { get; init; }
}
