using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>Both models' reports on one head's held-out verdicts.</summary>
public sealed record HeadComparison(ClassificationReport Candidate, ClassificationReport Champion)
{
    public string Head => Candidate.Head;
    public double MacroF1Gain => Candidate.Macro.F1 - Champion.Macro.F1;
    public double AccuracyGain => Candidate.Accuracy - Champion.Accuracy;
}

/// <summary>All that the gates judge by.</summary>
/// <param name="FinalLoss">Training loss at the end of fine-tuning.</param>
/// <param name="Corrected">A comparison for every head with held-out verdicts.</param>
/// <param name="Replay">The candidate's reports on held-out replay texts against the champion's own answers; accuracy is agreement.</param>
public sealed record Evidence(double FinalLoss, IReadOnlyList<HeadComparison> Corrected, IReadOnlyList<ClassificationReport> Replay);
