namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Computes how many observations of each of two groups a comparison of two rates needs, by the normal approximation with unpooled
/// variance (Fleiss, Levin and Paik 2003, section 4.2): n = (z₀.₉₇₅ + z₀.₈)² (p₁(1 − p₁) + p₂(1 − p₂)) / (p₁ − p₂)², for a two-sided
/// level of 5 % and a power of 80 %.
/// </summary>
internal static class TwoProportionPower
{
    private const double ZOfLevel = 1.959963984540054;
    private const double ZOfPower = 0.8416212335729143;

    /// <summary>The number for a difference of zero, which no number of observations finds.</summary>
    private const long Unattainable = int.MaxValue;

    /// <summary>Returns the number of observations of each group, to the nearest integer and at least 1.</summary>
    public static long RequiredPerGroup(double rate, double otherRate)
    {
        var difference = Math.Abs(rate - otherRate);
        if (difference == 0)
            return Unattainable;
        var z = ZOfLevel + ZOfPower;
        var variance = rate * (1 - rate) + otherRate * (1 - otherRate);
        return (long)Math.Clamp(Math.Round(z * z * variance / (difference * difference)), 1, Unattainable);
    }

    /// <summary>
    /// Returns the number of observations of each group with which a difference of so much is found at a given overall rate: for the less
    /// favourable of the two directions, within 0 and 1.
    /// </summary>
    public static long RequiredForDifference(double rate, double difference) => Math.Max(
        RequiredPerGroup(Math.Clamp(rate, 0, 1 - difference), Math.Clamp(rate, 0, 1 - difference) + difference),
        RequiredPerGroup(Math.Clamp(rate, difference, 1), Math.Clamp(rate, difference, 1) - difference));
}
