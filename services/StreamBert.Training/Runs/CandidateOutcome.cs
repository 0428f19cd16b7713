using StreamBert.Contracts;

namespace StreamBert.Training.Runs;

/// <summary>The reports of a candidate and the gates.</summary>
internal sealed record CandidateOutcome(IReadOnlyList<ClassificationReport> Reports, IReadOnlyList<GateResult> Gates)
{
    /// <summary>Whether the candidate was compared on new feedback, which no later run may evaluate on.</summary>
    public bool HasUsedFeedback { get; init; }

    /// <summary>The answers of both versions in detail.</summary>
    public IReadOnlyList<PairedEvaluation> Evaluations { get; init; } = [];

    /// <summary>What the candidate would change on the newest texts; null without texts.</summary>
    public AnswerChanges? Changes { get; init; }

    public bool IsAccepted => Gates.All(static gate => gate.Outcome != GateResult.Failed);
}
