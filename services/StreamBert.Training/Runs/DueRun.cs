using StreamBert.Contracts;

namespace StreamBert.Training.Runs;

/// <summary>A run that is due.</summary>
/// <param name="Model">The model.</param>
/// <param name="Cause">Why it is due: one of <see cref="TrainingCauses"/>.</param>
/// <param name="Detail">Describes the cause.</param>
/// <param name="Requests">The positions of the requests for it.</param>
internal sealed record DueRun(string Model, string Cause, string Detail, IReadOnlyList<RecordPosition> Requests)
{
    /// <summary>The id of the alert that is the cause; else null.</summary>
    public string? Alert { get; init; }

    /// <summary>Whether there is new feedback, without which a scheduled run is skipped.</summary>
    public bool HasFeedback { get; init; } = true;
}
