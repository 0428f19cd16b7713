namespace StreamBert.Training.Runs;

/// <summary>The outcome of a run: values of the tag <c>outcome</c> of <c>streambert.training.runs</c>.</summary>
internal enum RunOutcome
{
    Promoted,
    Rejected,

    /// <summary>The rollout of the candidate has begun.</summary>
    Staged,

    /// <summary>An error ended the run; it is retried.</summary>
    Failed,

    /// <summary>A stop, a rollback or a new assignment ended the run.</summary>
    Cancelled,

    /// <summary>The feedback of the run was revoked before the commit, so nothing was written.</summary>
    Discarded,
}
