namespace StreamBert.Model.Training;

/// <summary>The progress of a training run.</summary>
/// <param name="Stage">The stage, <c>pre-training</c> or <c>fine-tuning</c>.</param>
/// <param name="Epoch">The current epoch, from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Step">The number of completed steps.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Loss">The exponential moving average of the loss.</param>
/// <param name="TokensPerSecond">The throughput since the start of the stage.</param>
/// <param name="Remaining">The estimated remaining time of the stage.</param>
public sealed record TrainingProgress(
    string Stage, int Epoch, int Epochs, int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan Remaining);
