using StreamBert.Contracts;

namespace StreamBert.Training.Runs;

/// <summary>The reports of a candidate and the gates.</summary>
internal sealed record CandidateOutcome(IReadOnlyList<ClassificationReport> Reports, IReadOnlyList<GateResult> Gates)
{
    /// <summary>Whether the candidate was compared on new feedback, which no later run may evaluate on.</summary>
    public bool HasUsedFeedback { get; init; }

    public bool IsAccepted => Gates.All(static gate => gate.Outcome != GateResult.Failed);
}
