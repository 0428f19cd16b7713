using MathNet.Numerics;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// The dispersion of a distance between spans without drift. A statistic Q has mean 1 if the texts are independent; with dependent texts or
/// a wandering mix its mean is φ = 1 + nρ for an effective sample size n. ρ is estimated by moments from past spans, shrunk to a prior, and
/// Q/φ is compared with an F distribution whose degrees allow for few directions of change and for few past spans (the second-order
/// adjustment of Rao and Scott 1981).
/// </summary>
internal sealed class DriftDispersion
{
    /// <summary>The number of past spans that the prior counts for.</summary>
    private const double PriorSpans = 5;

    /// <summary>The number of past spans after which a span has half its weight.</summary>
    private const double HalfLife = 112;

    /// <summary>A single span counts with at most so many times the present estimate.</summary>
    private const double MaxRatio = 6;

    /// <summary>The decayed number of past spans.</summary>
    public double Spans { get; set; }

    /// <summary>The decayed sum of the estimates of ρ.</summary>
    public double Sum { get; set; }

    /// <summary>Returns ρ, shrunk to the prior.</summary>
    public double Correlation(double prior) => Math.Max(0, (Sum + PriorSpans * prior) / (Spans + PriorSpans));

    /// <summary>Learns from a span without drift.</summary>
    /// <param name="distance">The comparison.</param>
    /// <param name="weight">The share of the span that earlier spans do not contain.</param>
    public void Learn(DriftDistance distance, double weight)
    {
        var estimate = (distance.Statistic - 1) / distance.EffectiveCount;
        var cap = MaxRatio * (Correlation(distance.Prior) + 1 / distance.EffectiveCount);
        var decay = Math.Pow(0.5, weight / HalfLife);
        Spans = Spans * decay + weight;
        Sum = Sum * decay + weight * Math.Min(estimate, cap);
    }

    /// <summary>Returns the probability of so large a distance without drift.</summary>
    public double PValue(DriftDistance distance)
    {
        var excess = distance.EffectiveCount * Correlation(distance.Prior);
        var degrees = distance.Degrees * Square(1 + excess) / (1 + distance.Degrees * Square(excess));
        var ratio = distance.Statistic / (1 + excess);
        var spans = Math.Max(2, Spans + PriorSpans);
        return ratio <= 0 ? 1 : SpecialFunctions.BetaRegularized(spans / 2, degrees / 2, spans / (spans + degrees * ratio));
    }

    private static double Square(double x) => x * x;
}

/// <summary>A distance of a span from its reference.</summary>
/// <param name="Value">The distance, as the floors state it.</param>
/// <param name="Statistic">The test statistic, with mean 1 for independent texts without drift.</param>
/// <param name="Degrees">The degrees of freedom of the statistic.</param>
/// <param name="EffectiveCount">The effective sample size nm/(n+m).</param>
/// <param name="Prior">The prior of ρ.</param>
internal readonly record struct DriftDistance(double Value, double Statistic, double Degrees, double EffectiveCount, double Prior);
