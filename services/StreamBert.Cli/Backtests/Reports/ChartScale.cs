using System.Globalization;
using StreamBert.Cli.Backtests.Charts;
using StreamBert.Cli.Output;
using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Reports;

/// <summary>Maps times and values to the coordinates of a chart, and chooses the ticks of its axes.</summary>
/// <param name="Time">The time of the horizontal axis.</param>
/// <param name="Largest">The largest value.</param>
/// <param name="IsShare">Whether the values are shares, written as percentages.</param>
/// <param name="Smallest">The smallest value; 0 for numbers and shares, whose axis begins there.</param>
internal sealed record ChartScale(TimeWindow Time, double Largest, bool IsShare, double Smallest = 0)
{
    public const int Width = 1060, Height = 220, Left = 52, Right = 14, Top = 22, Bottom = 26;
    private const int ValueTicks = 4, TimeTicks = 7;

    /// <summary>Larger values are drawn at the edge of the chart.</summary>
    private const double LargestValue = 1e100;

    /// <summary>A smaller range of values, absolute and relative, is drawn as one value.</summary>
    private const double SmallestRange = 1e-6;

    private static readonly TimeSpan[] TimeSteps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(2), TimeSpan.FromDays(7), TimeSpan.FromDays(28),
        TimeSpan.FromDays(91), TimeSpan.FromDays(364),
    ];

    private double ValueStep => Steps().First(step => Floor(step) + step * ValueTicks >= Largest);

    /// <summary>Returns the scale of numbers or shares, from 0 on.</summary>
    public static ChartScale Of(ChartedSeries history, TimeWindow time)
    {
        var largest = history.Points.Max(static point => Math.Max(point.Value, point.Expected is null ? 0 : point.High));
        return new(time, largest > 0 ? largest : 1, history.Label is not null);
    }

    /// <summary>Returns the scale of any values, from the smallest to the largest.</summary>
    public static ChartScale Around(IReadOnlyList<SeriesPoint> points, TimeWindow time)
    {
        var smallest = Math.Clamp(points.Min(static point => point.Value), -LargestValue, LargestValue);
        var largest = Math.Clamp(points.Max(static point => point.Value), -LargestValue, LargestValue);
        return new(time, Math.Max(largest, smallest + Math.Max(SmallestRange, Math.Abs(smallest) * SmallestRange)), false, smallest);
    }

    /// <summary>Returns the horizontal coordinate of a time, within the chart.</summary>
    public double X(DateTimeOffset time) =>
        Left + Math.Clamp((time - Time.Start) / (Time.End - Time.Start), 0, 1) * (Width - Left - Right);

    /// <summary>Returns the vertical coordinate of a value, within the chart.</summary>
    public double Y(double value) =>
        Height - Bottom - Math.Clamp((value - Floor(ValueStep)) / (ValueStep * ValueTicks), 0, 1) * (Height - Top - Bottom);

    /// <summary>Returns the values at which horizontal lines are drawn, with their texts.</summary>
    public IEnumerable<(double Value, string Text)> Values() =>
        Enumerable.Range(0, ValueTicks + 1).Select(tick => Floor(ValueStep) + tick * ValueStep).Select(value => (value, Describe(value)));

    /// <summary>Returns the times at which the horizontal axis is marked, with their texts.</summary>
    public IEnumerable<(DateTimeOffset Time, string Text)> Times()
    {
        var span = Time.End - Time.Start;
        var step = TimeSteps.FirstOrDefault(step => span / step <= TimeTicks, TimeSteps[^1]);
        var format = step < TimeSpan.FromDays(1) ? span < TimeSpan.FromDays(1) ? "HH:mm" : "d MMM HH:mm" : "d MMM yyyy";
        for (var ticks = (Time.Start.UtcTicks / step.Ticks + 1) * step.Ticks; ticks < Time.End.UtcTicks; ticks += step.Ticks)
        {
            var time = new DateTimeOffset(ticks, TimeSpan.Zero);
            yield return (time, time.ToString(format, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Formats a value of the vertical axis.</summary>
    public string Describe(double value) => IsShare ? Format.Number(value * 100, "0.##") + " %" : Format.Number(value, "#,0.##");

    /// <summary>Returns the lowest value of the axis.</summary>
    private double Floor(double step) => Math.Floor(Smallest / step) * step;

    /// <summary>Returns the steps 1, 2, 2.5 and 5 times powers of ten.</summary>
    private static IEnumerable<double> Steps() =>
        Enumerable.Range(-6, 120).SelectMany(static power => new[] { 1, 2, 2.5, 5 }.Select(step => step * Math.Pow(10, power)));
}
