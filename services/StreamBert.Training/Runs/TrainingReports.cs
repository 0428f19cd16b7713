using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>Creates the records that report the start and the end of a run, and what became of a request for one.</summary>
internal static class TrainingReports
{
    /// <param name="due">The run.</param>
    /// <param name="state">One of <see cref="TrainingStates"/>.</param>
    /// <param name="detail">The cause of the run, or why it ended without a candidate.</param>
    /// <param name="feedbackEnds">The end of each feedback partition that the run has used; null if it starts or will be repeated.</param>
    /// <param name="at">The time of the report.</param>
    /// <param name="progress">The progress of a run that is in progress; else null.</param>
    /// <param name="phase">What a run does before its first step or after its last one; else null.</param>
    public static NewRecord Create(
        DueRun due, string state, string detail, IReadOnlyList<long>? feedbackEnds, DateTimeOffset at, RunProgress? progress = null,
        string? phase = null) =>
        EventRecord.Create(
            Topics.Models, due.Model,
            new TrainingReported
            {
                Model = due.Model,
                State = state,
                Cause = due.Cause,
                Alert = due.Alert,
                Detail = detail,
                Requests = due.Requests,
                FeedbackEnds = feedbackEnds,
                Progress = progress,
                Phase = phase,
                OccurredAt = at,
            },
            at);
}
