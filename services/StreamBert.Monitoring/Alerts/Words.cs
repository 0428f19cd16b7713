using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Monitoring.Alerts;

/// <summary>Numbers and series as a person would say them.</summary>
public static class Words
{
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    public static string Number(double value) => value.ToString(value is < 10 and not 0 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    public static string Distance(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Range(Interval interval) => $"95 % interval {Percent(interval.Low)} to {Percent(interval.High)}";

    /// <summary>Such as <c>1 in 20,000</c>.</summary>
    public static string Chance(double p) => p <= 1e-12 ? "less than 1 in a trillion"
        : p < 0.5 ? string.Create(CultureInfo.InvariantCulture, $"about 1 in {Round(1 / p):#,0}") : "better than even";

    public static string Span(TimeWindow window) => window.Start.UtcDateTime.Date == window.End.UtcDateTime.Date
        ? string.Create(CultureInfo.InvariantCulture, $"{window.Start.UtcDateTime:HH:mm:ss} to {window.End.UtcDateTime:HH:mm:ss} UTC")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{window.Start.UtcDateTime:yyyy-MM-dd HH:mm:ss} to {window.End.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    public static string Duration(TimeSpan span) => span.TotalHours >= 1 ? Unit(span.TotalHours, "hour")
        : span.TotalMinutes >= 1 ? Unit(span.TotalMinutes, "minute") : Unit(span.TotalSeconds, "second");

    /// <summary>Such as <c>topic “Energy | Oil” of financial-news</c>.</summary>
    public static string Series(SeriesKey series)
    {
        if (series.Segment == SeriesKey.All)
            return series.Pipeline;
        var at = series.Segment.IndexOf('=', StringComparison.Ordinal);
        return $"{series.Segment[..at]} “{series.Segment[(at + 1)..]}” of {series.Pipeline}";
    }

    private static string Unit(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}{(Math.Abs(value - 1) < 0.05 ? "" : "s")}");

    /// <summary>To one significant digit: a tail probability is not known better.</summary>
    private static double Round(double value)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Math.Round(value / scale) * scale;
    }
}
