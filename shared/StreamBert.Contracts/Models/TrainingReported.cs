namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="TrainingReported.State"/>.</summary>
public static class TrainingStates
{
    /// <summary>A run has started.</summary>
    public const string Started = "started";

    /// <summary>A run is in progress; the requested one starts after it.</summary>
    public const string Queued = "queued";

    /// <summary>
    /// The run is in progress; <see cref="TrainingReported.Progress"/> says how far, or <see cref="TrainingReported.Phase"/> what it does.
    /// </summary>
    public const string Running = "running";

    /// <summary>The run has produced a candidate; its <see cref="ModelTrained"/> is appended together with this event.</summary>
    public const string Completed = "completed";

    /// <summary>There is no feedback to train on, or at a scheduled time nothing new.</summary>
    public const string Skipped = "skipped";

    /// <summary>The run failed as often as <c>Training:MaximumAttempts</c> allows, and is not repeated.</summary>
    public const string Failed = "failed";

    /// <summary>A rollback of the version that the run started from has ended the run.</summary>
    public const string Cancelled = "cancelled";
}

/// <summary>Reports the start or the end of a training run, or that a requested one waits.</summary>
public sealed record TrainingReported
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>One of <see cref="TrainingStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>One of <see cref="TrainingCauses"/>; null in events of earlier versions.</summary>
    public string? Cause { get; init; }

    /// <summary>The id of the alert that is the cause of the run; else null.</summary>
    public string? Alert { get; init; }

    /// <summary>Describes the cause of the run, or why it ended without a candidate.</summary>
    public required string Detail { get; init; }

    /// <summary>The positions of the requests that this run serves.</summary>
    public IReadOnlyList<RecordPosition> Requests { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The end of each partition of <see cref="Topics.Feedback"/> at the start of a run that has ended: what was before it was used and
    /// does not start another run. Null for a run that will be repeated.
    /// </summary>
    public IReadOnlyList<long>? FeedbackEnds { get; init; }

    /// <summary>The progress of a run that is in progress; else null.</summary>
    public RunProgress? Progress { get; init; }

    /// <summary>
    /// What a run in progress does before its first step or after its last one, such as <c>fitting the heads</c>; else null.
    /// </summary>
    public string? Phase { get; init; }

    /// <summary>When the run started or ended, or was this far.</summary>
    public required DateTimeOffset OccurredAt { get; init; }
}
