namespace StreamBert.Model.Training.Runs;

/// <summary>The result of an epoch on the validation texts.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainingLoss">The moving average of the training loss at its end.</param>
/// <param name="Validation">The figures on the validation texts; null if there are none.</param>
public sealed record EpochResult(int Epoch, double TrainingLoss, ValidationResult? Validation)
{
    /// <summary>
    /// Whether the weights can be kept; default true. Before AdaLoRA has reduced the ranks to its budget, they cannot.
    /// </summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Returns the first of the complete epochs than which no other is better.</summary>
    /// <param name="epochs">The epochs in order.</param>
    /// <returns>Null if no complete one has validation figures.</returns>
    public static EpochResult? FindBest(IEnumerable<EpochResult> epochs) => epochs.Aggregate(
        (EpochResult?)null, static (best, epoch) =>
            epoch is { IsComplete: true, Validation: { } validation } && validation.IsBetterThan(best?.Validation) ? epoch : best);
}
