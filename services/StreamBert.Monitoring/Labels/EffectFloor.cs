using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>Decides whether a deviation is large enough to matter: with enough stories every difference is significant.</summary>
internal sealed class EffectFloor(LabelRule rule)
{
    /// <summary>A deviation below this part of the floor is normal; above it an alert does not clear.</summary>
    private const double Clearing = 0.5;

    /// <summary>A deviation of so many times the floors, with as many stories, is critical.</summary>
    private const double Critical = 4;

    public BaselineMeasure Measure { get; } = rule.Measure == LabelMeasure.Share ? BaselineMeasure.Share : BaselineMeasure.Count;

    /// <summary>Whether a deviation reaches the minimum count, lift and ratio of the rule.</summary>
    public bool IsReached(in SpanSums sums, bool isAbove) =>
        HasMinimumCount(sums, isAbove) && Lift(sums, isAbove) >= MinimumLift && Ratio(sums, isAbove) >= rule.MinimumRatio;

    /// <summary>Whether a deviation is at least half as large as an alert needs.</summary>
    public bool IsElevated(in SpanSums sums, bool isAbove) => sums.Size > 0
        && Lift(sums, isAbove) >= Clearing * MinimumLift && Ratio(sums, isAbove) >= 1 + Clearing * (rule.MinimumRatio - 1);

    /// <summary>
    /// Returns the amount that is expected of a span whose deviation just reaches the floor; for a fall, that is expected without one.
    /// </summary>
    public double AmountAtFloor(in SpanSums sums, bool isAbove) => !isAbove ? sums.Expected
        : Math.Max(sums.Expected * rule.MinimumRatio, sums.Expected + (Measure == BaselineMeasure.Share ? sums.Size * MinimumLift : 0));

    /// <summary>Whether a deviation is so large, in so many stories, that someone should look at once.</summary>
    public bool IsCritical(in SpanSums sums, bool isAbove)
    {
        if ((isAbove ? sums.Amount : sums.Expected) < Critical * rule.MinimumCount)
            return false;
        var (lift, ratio) = (Lift(sums, isAbove), Ratio(sums, isAbove));
        return Measure == BaselineMeasure.Count ? ratio >= 2 * rule.MinimumRatio
            : lift >= Critical * MinimumLift || lift >= 2 * MinimumLift && ratio >= Critical;
    }

    private double MinimumLift => Measure == BaselineMeasure.Share ? rule.MinimumLift : 0;

    private bool HasMinimumCount(in SpanSums sums, bool isAbove) => isAbove
        ? sums.Amount >= rule.MinimumCount
        : (Measure == BaselineMeasure.Share ? sums.Size : sums.Expected) >= rule.MinimumCount;

    private static double Lift(in SpanSums sums, bool isAbove) => (sums.Mean - sums.ExpectedMean) * (isAbove ? 1 : -1);

    private static double Ratio(in SpanSums sums, bool isAbove) => isAbove
        ? sums.Amount / Math.Max(sums.Expected, float.Epsilon)
        : sums.Expected / Math.Max(sums.Amount, float.Epsilon);
}
