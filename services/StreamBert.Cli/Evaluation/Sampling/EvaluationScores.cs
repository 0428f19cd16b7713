namespace StreamBert.Cli.Evaluation.Sampling;

/// <summary>The scores of a sample.</summary>
internal readonly record struct EvaluationScores(double Accuracy, double MicroF1, double MacroF1)
{
    public static EvaluationScores operator -(EvaluationScores a, EvaluationScores b) =>
        new(a.Accuracy - b.Accuracy, a.MicroF1 - b.MicroF1, a.MacroF1 - b.MacroF1);
}
