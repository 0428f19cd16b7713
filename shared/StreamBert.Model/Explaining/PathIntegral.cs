namespace StreamBert.Model.Explaining;

/// <summary>The gradients of a score, integrated along a path from a baseline to a text.</summary>
/// <param name="Attributions">The attribution of each token, in units of the score.</param>
/// <param name="BaselineScore">The score of the baseline.</param>
/// <param name="Score">The score of the text.</param>
internal sealed record PathIntegral(double[] Attributions, double BaselineScore, double Score)
{
    /// <summary>What the attributions should sum to (the completeness axiom).</summary>
    public double Difference => Score - BaselineScore;

    public double AbsoluteGap => Math.Abs(Attributions.Sum() - Difference);

    /// <summary>The gap divided by <see cref="Difference"/>; 1 if the difference is 0.</summary>
    public double RelativeGap => AbsoluteGap == 0 ? 0 : Difference == 0 ? 1 : AbsoluteGap / Math.Abs(Difference);
}
