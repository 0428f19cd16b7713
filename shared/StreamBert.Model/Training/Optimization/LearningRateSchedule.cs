namespace StreamBert.Model.Training.Optimization;

/// <summary>The learning rate rises linearly during the first part of the run, then falls linearly to zero.</summary>
/// <param name="peak">The highest learning rate.</param>
/// <param name="steps">The number of steps of the run.</param>
/// <param name="warmUp">The share of the steps in which it rises.</param>
internal sealed class LearningRateSchedule(double peak, int steps, double warmUp)
{
    private readonly int _warmUpSteps = Math.Max(1, (int)(steps * warmUp));

    /// <summary>Returns the learning rate of a step.</summary>
    /// <param name="step">The number of steps before it.</param>
    public double GetRate(int step) => peak * (step < _warmUpSteps
        ? (step + 1.0) / _warmUpSteps
        : Math.Max(0, (double)(steps - step) / Math.Max(1, steps - _warmUpSteps)));
}
