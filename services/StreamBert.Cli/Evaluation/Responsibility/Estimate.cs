using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Responsibility;

/// <summary>Holds an estimate with its 95 % interval.</summary>
internal sealed record Estimate(double Value, Interval Interval);
