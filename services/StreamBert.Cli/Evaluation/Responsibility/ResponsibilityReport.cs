namespace StreamBert.Cli.Evaluation.Responsibility;

/// <summary>
/// Represents the responsible-AI figures of a model M as far as they were measured, and their weighted sum F(M) = α·δ + β·ε + γ·θ, of
/// which 0 is the best value.
/// </summary>
/// <param name="Delta">The fairness gap δ: the largest difference in accuracy between groups.</param>
/// <param name="Opacity">The opacity ε.</param>
/// <param name="Theta">The leak risk θ.</param>
/// <param name="Weights">The weights α, β and γ.</param>
internal sealed record ResponsibilityReport(Estimate? Delta, Opacity? Opacity, Estimate? Theta, ResponsibilityWeights Weights)
{
    /// <summary>The weighted sum; null unless all three were measured.</summary>
    public double? F => Delta is null || Opacity is null || Theta is null
        ? null
        : Weights.Alpha * Delta.Value + Weights.Beta * Opacity.Epsilon.Value + Weights.Gamma * Theta.Value;
}
