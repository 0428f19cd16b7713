namespace StreamBert.Model.Training;

/// <summary>Reports the progress of a run after each step.</summary>
/// <param name="stage">The stage, as in <see cref="TrainingProgress"/>.</param>
/// <param name="epochs">The number of epochs.</param>
/// <param name="steps">The number of steps.</param>
internal sealed class StepReporter(string stage, int epochs, int steps, TrainingContext context)
{
    private const double LossSmoothing = 0.98;
    private readonly long _startTimestamp = context.TimeProvider.GetTimestamp();
    private int? _firstStep;
    private long _tokens;

    /// <summary>The exponential moving average of the loss; NaN before the first step.</summary>
    public double Loss { get; set; } = double.NaN;

    /// <summary>Reports a completed step.</summary>
    /// <param name="step">The number of completed steps.</param>
    /// <param name="loss">The loss of the step.</param>
    /// <param name="tokens">The number of tokens of its batches.</param>
    public void Report(int step, double loss, int tokens)
    {
        _firstStep ??= step - 1; // an interrupted run continues with a later step
        _tokens += tokens;
        Loss = double.IsNaN(Loss) ? loss : LossSmoothing * Loss + (1 - LossSmoothing) * loss;
        var elapsed = context.TimeProvider.GetElapsedTime(_startTimestamp);
        var epoch = Math.Min(epochs, (int)((double)step / steps * epochs) + 1);
        context.Progress?.Report(new TrainingProgress(
            stage, epoch, epochs, step, steps, Loss, _tokens / elapsed.TotalSeconds,
            elapsed / (step - _firstStep.Value) * (steps - step)));
    }
}
