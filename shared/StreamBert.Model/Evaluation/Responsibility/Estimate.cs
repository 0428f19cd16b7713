using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>Holds an estimate with its interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Interval">The interval; two-sided 95 % unless its origin says otherwise.</param>
public sealed record Estimate(double Value, Interval Interval);
