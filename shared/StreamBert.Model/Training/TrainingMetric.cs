namespace StreamBert.Model.Training;

/// <summary>A figure of a training run.</summary>
/// <param name="Tag">The name, such as <c>train/loss</c>.</param>
/// <param name="Step">The number of completed steps.</param>
/// <param name="Value">The value.</param>
public sealed record TrainingMetric(string Tag, int Step, double Value);
