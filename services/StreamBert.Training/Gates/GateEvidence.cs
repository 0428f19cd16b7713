using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>The evidence that the gates evaluate.</summary>
/// <param name="FinalLoss">The training loss at the end of fine-tuning.</param>
/// <param name="Feedback">A comparison for each head with held-out feedback.</param>
/// <param name="Replay">
/// The candidate's reports on the held-out replay texts, whose labels are the champion's predictions; the accuracy is the agreement.
/// </param>
internal sealed record GateEvidence(
    double FinalLoss, IReadOnlyList<HeadComparison> Feedback, IReadOnlyList<ClassificationReport> Replay);
