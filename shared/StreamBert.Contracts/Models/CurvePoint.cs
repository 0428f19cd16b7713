namespace StreamBert.Contracts;

/// <summary>A point of a curve of a training run.</summary>
/// <param name="Step">The number of completed steps.</param>
/// <param name="Loss">The loss.</param>
public sealed record CurvePoint(int Step, double Loss);
