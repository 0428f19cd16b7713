using StreamBert.Contracts;

namespace StreamBert.Cli.Evaluation.Sampling;

/// <summary>The 95 % intervals of the scores of a sample.</summary>
internal sealed record ScoreIntervals(Interval Accuracy, Interval MicroF1, Interval MacroF1);
