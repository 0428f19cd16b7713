namespace StreamBert.Model.Evaluation.Responsibility;

/// <summary>The probability of the answer to a text.</summary>
/// <param name="Full">For the whole text.</param>
/// <param name="Without">Without the words with the highest attributions.</param>
/// <param name="Only">With these words only.</param>
public readonly record struct Erasure(double Full, double Without, double Only)
{
    /// <summary>1 minus the mean of comprehensiveness and 1 − sufficiency, each limited to 0 to 1.</summary>
    public double Opacity => 1 - (Math.Clamp(Full - Without, 0, 1) + 1 - Math.Clamp(Full - Only, 0, 1)) / 2;
}
