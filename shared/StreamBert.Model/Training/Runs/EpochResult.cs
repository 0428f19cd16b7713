namespace StreamBert.Model.Training.Runs;

/// <summary>The result of an epoch on the validation texts.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainingLoss">The moving average of the training loss at its end.</param>
/// <param name="Validation">The figures on the validation texts; null if there are none.</param>
public sealed record EpochResult(int Epoch, double TrainingLoss, ValidationResult? Validation)
{
    /// <summary>Returns the first epoch than which no other is better.</summary>
    /// <param name="epochs">The epochs in order.</param>
    /// <returns>Null if none has validation figures.</returns>
    public static EpochResult? FindBest(IEnumerable<EpochResult> epochs) => epochs.Aggregate(
        (EpochResult?)null, static (best, epoch) =>
            epoch.Validation is { } validation && validation.IsBetterThan(best?.Validation) ? epoch : best);
}
