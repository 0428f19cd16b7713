using StreamBert.Contracts;

namespace StreamBert.Training.Gates;

/// <summary>The reports of candidate and champion on the held-out feedback of one head.</summary>
internal sealed record HeadComparison(ClassificationReport Candidate, ClassificationReport Champion)
{
    public string Head => Candidate.Head;

    public double MacroF1Gain => Candidate.Macro.F1 - Champion.Macro.F1;

    public double AccuracyGain => Candidate.Accuracy - Champion.Accuracy;
}
