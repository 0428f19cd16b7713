using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>The vertical axis of a chart, which begins at 0 and fits its values.</summary>
/// <param name="Top">The value at the upper edge.</param>
/// <param name="Lines">The values of the grid lines, from 0 to the top.</param>
internal sealed record ChartAxis(double Top, IReadOnlyList<double> Lines)
{
    private const int MaxSteps = 5;

    /// <summary>The space above the highest value.</summary>
    private const double Headroom = 1.08;

    private const double Tolerance = 1e-9;

    /// <summary>Returns the axis with steps of 1, 2 or 5 times a power of ten: at least 1 % for shares, and one text for counts.</summary>
    /// <param name="highest">The highest value.</param>
    /// <param name="measure">What the values are; no share is above 1.</param>
    public static ChartAxis Of(double highest, LabelMeasure measure)
    {
        var isShare = measure == LabelMeasure.Share;
        var wanted = isShare ? Math.Min(1, Headroom * highest) : Headroom * highest;
        var step = StepOf(Math.Max(wanted / MaxSteps, isShare ? 0.01 : 1));
        var steps = Math.Max(1, (int)Math.Ceiling(wanted / step - Tolerance));
        return new(steps * step, [.. Enumerable.Range(0, steps + 1).Select(index => index * step)]);
    }

    private static double StepOf(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least) + Tolerance));
        double[] factors = [1, 2, 5, 10];
        return power * factors.First(factor => factor * power >= least * (1 - Tolerance));
    }
}
