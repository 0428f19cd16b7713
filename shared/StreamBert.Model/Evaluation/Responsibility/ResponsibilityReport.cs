using StreamBert.Contracts;

namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>
/// Represents the responsible-AI figures of a model M as far as they were measured, and their weighted sum F(M) = α·δ + β·ε + γ·θ, of
/// which 0 is the best value.
/// </summary>
/// <param name="Delta">The fairness gap δ: the largest difference in accuracy between groups.</param>
/// <param name="Opacity">The opacity ε.</param>
/// <param name="Theta">The leak risk θ.</param>
/// <param name="Weights">The weights α, β and γ.</param>
public sealed record ResponsibilityReport(Estimate? Delta, Opacity? Opacity, Estimate? Theta, ResponsibilityWeights Weights)
{
    /// <summary>The weighted sum; null unless all three were measured.</summary>
    public double? F => Delta is null || Opacity is null || Theta is null
        ? null
        : Weights.Alpha * Delta.Value + Weights.Beta * Opacity.Epsilon.Value + Weights.Gamma * Theta.Value;

    /// <summary>
    /// The interval of the weighted sum by the method of variance estimates recovery from those of its terms, which are taken as
    /// independent (Zou and Donner 2008); null unless all three were measured.
    /// </summary>
    public Interval? Interval => F is not { } f ? null : new(
        f - Combine(static estimate => estimate.Value - estimate.Interval.Low),
        f + Combine(static estimate => estimate.Interval.High - estimate.Value));

    private double Combine(Func<Estimate, double> distance) => Math.Sqrt(
        Square(Weights.Alpha * distance(Delta!)) + Square(Weights.Beta * distance(Opacity!.Epsilon))
        + Square(Weights.Gamma * distance(Theta!)));

    private static double Square(double x) => x * x;
}
