namespace StreamBert.Model.Evaluation;

/// <summary>The scores of a sample.</summary>
/// <param name="Accuracy">The accuracy.</param>
/// <param name="MicroF1">The F1 of the sums over all classes.</param>
/// <param name="MacroF1">The mean F1 of the classes.</param>
public readonly record struct EvaluationScores(double Accuracy, double MicroF1, double MacroF1)
{
    /// <summary>Subtracts each score.</summary>
    public static EvaluationScores operator -(EvaluationScores a, EvaluationScores b) =>
        new(a.Accuracy - b.Accuracy, a.MicroF1 - b.MicroF1, a.MacroF1 - b.MacroF1);
}
