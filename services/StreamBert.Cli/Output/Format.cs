using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>Formats numbers and times the same way in every table and message, whatever the culture of the machine.</summary>
internal static class Format
{
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a count with its noun, whose plural ends with s.</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>Formats a score between 0 and 1.</summary>
    public static string Score(double value) => Number(value, "F3");

    public static string Range(Interval interval) => $"{Score(interval.Low)} to {Score(interval.High)}";

    public static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    /// <summary>Lists the languages of a model.</summary>
    public static string Languages(IReadOnlyList<string> languages) => languages.Count > 0 ? string.Join(", ", languages) : "unknown";
}
