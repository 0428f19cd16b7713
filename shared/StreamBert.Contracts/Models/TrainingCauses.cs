namespace StreamBert.Contracts;

/// <summary>Lists the values of <see cref="TrainingReported.Cause"/>: what starts a run.</summary>
public static class TrainingCauses
{
    /// <summary>The number of new feedback records has reached <c>Training:MinimumFeedback</c>.</summary>
    public const string Count = "count";

    /// <summary>A time of <c>Training:Schedule</c> has come.</summary>
    public const string Schedule = "schedule";

    /// <summary>An alert on the health of the model fires (<c>Training:OnDrift</c>).</summary>
    public const string Drift = "drift";

    /// <summary>A <see cref="TrainingRequested"/>.</summary>
    public const string Request = "request";
}
