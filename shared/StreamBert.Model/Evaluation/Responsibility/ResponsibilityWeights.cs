namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>Holds the weights of F(M) = α·δ + β·ε + γ·θ.</summary>
/// <param name="Alpha">The weight of the fairness gap δ.</param>
/// <param name="Beta">The weight of the opacity ε.</param>
/// <param name="Gamma">The weight of the leak risk θ.</param>
public sealed record ResponsibilityWeights(double Alpha, double Beta, double Gamma)
{
    /// <summary>The default: all three count equally.</summary>
    public static readonly ResponsibilityWeights Equal = new(1, 1, 1);
}
