using System.Globalization;
using StreamBert.Contracts;
using StreamBert.Monitoring.Assessments;

namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>Formats numbers, intervals, times and series in alerts.</summary>
internal static class AlertFormat
{
    private const double NegligibleProbability = 1e-12;

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");

    public static string Number(double value) => value.ToString(value is < 10 and not 0 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    public static string Distance(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Interval(Interval interval) => $"95 % interval {Percent(interval.Low)} to {Percent(interval.High)}";

    /// <summary>Formats a probability, such as <c>about 1 in 20,000</c>.</summary>
    public static string Probability(double p) => p <= NegligibleProbability ? "less than 1 in a trillion"
        : p < 0.5 ? string.Create(CultureInfo.InvariantCulture, $"about 1 in {RoundToOneDigit(1 / p):#,0}") : "better than even";

    public static string Window(TimeWindow window)
    {
        var (start, end) = (window.Start.UtcDateTime, window.End.UtcDateTime);
        return start.Date == end.Date
            ? string.Create(CultureInfo.InvariantCulture, $"{start:HH:mm:ss} to {end:HH:mm:ss} UTC")
            : string.Create(CultureInfo.InvariantCulture, $"{start:yyyy-MM-dd HH:mm:ss} to {end:yyyy-MM-dd HH:mm:ss} UTC");
    }

    public static string Duration(TimeSpan span) => span.TotalHours >= 1 ? WithUnit(span.TotalHours, "hour")
        : span.TotalMinutes >= 1 ? WithUnit(span.TotalMinutes, "minute") : WithUnit(span.TotalSeconds, "second");

    /// <summary>
    /// Names the baseline behind an expectation: before it has seen a full cycle, its age tells the reader how much it can know.
    /// </summary>
    /// <param name="age">The age of a baseline that has not seen a full week; null for one that has.</param>
    public static string BaselineOf(TimeSpan? age) => age is { } young ? $"a baseline of {Duration(young)}" : "the baseline";

    /// <summary>Formats a series, such as <c>topic “Energy | Oil” of financial-news</c>.</summary>
    public static string Series(SeriesKey series)
    {
        if (series.Segment == SeriesKey.All)
            return series.Pipeline;
        var separator = series.Segment.IndexOf('=', StringComparison.Ordinal);
        return $"{series.Segment[..separator]} “{series.Segment[(separator + 1)..]}” of {series.Pipeline}";
    }

    /// <summary>Names the pieces of evidence that were judged.</summary>
    public static string Stories(AlertEvidence evidence) => evidence.GroupsStories ? "stories" : "texts";

    private static string WithUnit(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}{(Math.Abs(value - 1) < 0.05 ? "" : "s")}");

    /// <summary>Rounds to one significant digit, as a tail probability is not known more precisely.</summary>
    private static double RoundToOneDigit(double value)
    {
        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Math.Round(value / scale) * scale;
    }
}
