namespace StreamBert.Model.Training.Runs;

/// <summary>The figures of a model on the validation texts; with several heads, their means over the heads.</summary>
/// <param name="MacroF1">The macro-averaged F1, which selects the best epoch.</param>
/// <param name="Accuracy">The accuracy.</param>
/// <param name="Loss">The mean negative log-likelihood of the labels, before calibration.</param>
public sealed record ValidationResult(double MacroF1, double Accuracy, double Loss)
{
    /// <summary>Determines whether this result is better: by its macro-F1, and with an equal one by its loss.</summary>
    /// <param name="other">The result to compare with; null if there is none.</param>
    public bool IsBetterThan(ValidationResult? other) =>
        other is null || MacroF1 > other.MacroF1 || (MacroF1 == other.MacroF1 && Loss < other.Loss);
}
