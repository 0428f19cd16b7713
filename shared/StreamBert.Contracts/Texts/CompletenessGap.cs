namespace StreamBert.Contracts;

/// <summary>Holds the difference between the attributions' sum and its expected value: the numerical error of an explanation.</summary>
/// <param name="Absolute">The difference in units of the logit.</param>
/// <param name="Relative">The difference as a share of |score − baseline score|.</param>
public sealed record CompletenessGap(double Absolute, double Relative);
