using System.Globalization;
using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Formats numbers, labels and segments for the dashboard. Every number has its unit, and its interval if there is one.</summary>
internal static class DisplayText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Count(long value) => value.ToString("#,0", Culture);

    /// <summary>Formats a count with its noun, given in the singular: "1 text", "2 texts", "3 stories".</summary>
    public static string Count(long value, string noun) => L.FindChinese($"{{0}} {noun}") is { } chinese
        ? string.Format(Culture, chinese, Count(value))
        : $"{Count(value)} {(value == 1 ? noun : PluralOf(noun))}";

    /// <summary>Formats a count that may not be known yet.</summary>
    public static string CountOrUnknown(long? value) => value is { } known ? Count(known) : "?";

    /// <summary>Formats a large number as a multiple of a million.</summary>
    public static string Millions(double value) => (value / 1e6).ToString("#,0.#", Culture);

    public static string Percent(double share) => (100 * share).ToString(share is > 0 and < 0.0995 ? "0.0" : "0", Culture) + " %";

    public static string Percent(Interval interval) =>
        $"{(100 * interval.Low).ToString("0", Culture)}–{(100 * interval.High).ToString("0", Culture)} %";

    /// <summary>Formats the share or the number of texts with a label.</summary>
    public static string Amount(double value, LabelMeasure measure) => measure == LabelMeasure.Share ? Percent(value)
        : value == Math.Floor(value) ? Count((long)value) : Number(value);

    /// <summary>Formats the interval of a share or a number.</summary>
    public static string Amount(Interval interval, LabelMeasure measure) =>
        measure == LabelMeasure.Share ? Percent(interval) : $"{Number(interval.Low)}–{Number(interval.High)}";

    /// <summary>Formats the difference of two shares in percentage points, with its sign.</summary>
    public static string PercentagePoints(double difference) =>
        L["{0} pts", $"{(difference < 0 ? "−" : "+")}{(100 * Math.Abs(difference)).ToString("0.#", Culture)}"];

    /// <summary>Formats a number with three significant digits, and without an exponent in the usual range.</summary>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1000 => value.ToString("#,0", Culture),
        >= 100 => value.ToString("0", Culture),
        >= 10 => value.ToString("0.0", Culture),
        >= 0.01 => value.ToString("0.00#", Culture),
        >= 0.0001 => value.ToString("0.0000", Culture),
        _ => value.ToString("0.0e0", Culture),
    };

    /// <summary>Formats a metric of a classification report, such as F1.</summary>
    public static string Metric(double value) => value.ToString("0.000", Culture);

    /// <summary>Formats an attribution with its sign.</summary>
    public static string Attribution(double value) => value.ToString("+0.000;-0.000;0.000", Culture);

    public static string Milliseconds(double value) => value < 10 ? value.ToString("0.0", Culture) : value.ToString("#,0", Culture);

    /// <summary>Formats a CSS length or SVG coordinate: without a comma and without an exponent.</summary>
    public static string Css(double value) => value.ToString("0.###", Culture);

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 1 } => L["under 1 s"],
        { TotalSeconds: < 120 and not 60 } => L["{0} s", duration.TotalSeconds.ToString("0", Culture)],
        { TotalMinutes: < 90 } => L["{0} min", duration.TotalMinutes.ToString("0.#", Culture)],
        { TotalHours: < 36 } => L["{0} h", duration.TotalHours.ToString("0.#", Culture)],
        _ => L["{0} days", duration.TotalDays.ToString("0.#", Culture)],
    };

    /// <summary>Formats a value of an alert in the unit of that alert.</summary>
    public static string WithUnit(double value, string unit) => unit switch
    {
        "share" => Percent(value),
        "distance" => Number(value),
        _ => $"{Number(value)} {Unit(unit)}",
    };

    /// <summary>Formats an interval of an alert in the unit of that alert.</summary>
    public static string WithUnit(Interval interval, string unit) => unit switch
    {
        "share" => Percent(interval),
        "distance" => $"{Number(interval.Low)}–{Number(interval.High)}",
        _ => $"{Number(interval.Low)}–{Number(interval.High)} {Unit(unit)}",
    };

    /// <summary>Names the unit of the value of an alert, such as "texts in 60 min".</summary>
    private static string Unit(string unit) => unit.Split(' ') switch
    {
        ["names"] => L["names"],
        ["texts", "per", "window"] => L["texts per window"],
        ["stories", "per", "window"] => L["stories per window"],
        ["texts", "in", var minutes, "min"] => L["texts in {0} min", minutes],
        ["stories", "in", var minutes, "min"] => L["stories in {0} min", minutes],
        _ => unit,
    };

    /// <summary>Formats a label for people: <c>lost_or_stolen_card</c> becomes "lost or stolen card".</summary>
    public static string Label(string label) => label.Replace('_', ' ');

    /// <summary>Formats a segment without the name of its head: <c>topic=Energy | Oil</c> becomes "Energy | Oil".</summary>
    public static string Segment(string segment) =>
        segment == SeriesKey.All ? L["All segments"] : Label(segment[(segment.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    /// <summary>Names the actor of an action without the kind of its credential: <c>user:anna</c> becomes "anna".</summary>
    public static string Person(string actor) =>
        actor.StartsWith("user:", StringComparison.Ordinal) ? actor[5..] : actor.StartsWith("key:", StringComparison.Ordinal) ? actor[4..]
            : actor;

    private static string PluralOf(string noun) => noun.EndsWith('y') ? $"{noun[..^1]}ies" : $"{noun}s";

    public static string AlertKind(string kind) => kind switch
    {
        AlertKinds.LabelSurge => L["Label surge"],
        AlertKinds.LabelDrop => L["Label drop"],
        AlertKinds.VolumeSurge => L["Volume surge"],
        AlertKinds.VolumeSilence => L["Volume silence"],
        AlertKinds.LabelDrift => L["Label drift"],
        AlertKinds.ConfidenceDrift => L["Confidence drift"],
        AlertKinds.LengthDrift => L["Length drift"],
        AlertKinds.TokenDrift => L["Unknown-token drift"],
        AlertKinds.EmbeddingDrift => L["Embedding drift"],
        AlertKinds.VersionChange => L["Version change"],
        AlertKinds.AccuracyDrop => L["Accuracy drop"],
        AlertKinds.ErrorRate => L["Error rate"],
        AlertKinds.Fairness => L["Fairness"],
        AlertKinds.ModelRefused => L["Model refused"],
        AlertKinds.RolloutRolledBack => L["Rollback"],
        AlertKinds.CardinalityLimit => L["Cardinality limit"],
        _ => Label(kind),
    };
}
