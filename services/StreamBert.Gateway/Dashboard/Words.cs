using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard;

/// <summary>How numbers and judgements are said on the dashboard: with unit, and with interval where there is one.</summary>
internal static class Words
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Count(long value) => value.ToString("#,0", Culture);

    /// <summary>A whole number of whatever stands in the singular, such as "1 text" and "2 texts".</summary>
    public static string Count(long value, string noun) => $"{Count(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary>Why a prediction shows no text.</summary>
    public static string NoText(TextClassified prediction) => NoText(prediction.Erased, prediction.Sealed);

    public static string NoText(AlertExample example) => $"{example.Id} ({NoText(example.Erased, example.Sealed)})";

    private static string NoText(bool? erased, byte[]? sealedText) => erased == true
        ? "erased: the key of its subject was deleted, so nobody can read this text any more"
        : sealedText is not null
            ? "sealed with a key that is not here; see Privacy:Directory"
            : "this pipeline's privacy settings keep texts out of predictions";

    public static string Percent(double share) => (100 * share).ToString(share is > 0 and < 0.0995 ? "0.0" : "0", Culture) + " %";

    public static string Percent(Interval interval) =>
        $"{(100 * interval.Low).ToString("0", Culture)}–{(100 * interval.High).ToString("0", Culture)} %";

    /// <summary>Three significant digits, without an exponent for what a person meets.</summary>
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

    public static string Milliseconds(double value) => value < 10 ? value.ToString("0.0", Culture) : value.ToString("#,0", Culture);

    /// <summary>A CSS length or SVG coordinate: never a comma, never an exponent.</summary>
    public static string Css(double value) => value.ToString("0.###", Culture);

    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "under 1 s",
        { TotalSeconds: < 120 and not 60 } => $"{span.TotalSeconds.ToString("0", Culture)} s",
        { TotalMinutes: < 90 } => $"{span.TotalMinutes.ToString("0.#", Culture)} min",
        { TotalHours: < 36 } => $"{span.TotalHours.ToString("0.#", Culture)} h",
        _ => $"{span.TotalDays.ToString("0.#", Culture)} days",
    };

    /// <summary>A value of an alert, in the alert's own unit.</summary>
    public static string InUnit(double value, string unit) => unit switch
    {
        "share" => Percent(value),
        "distance" => Number(value),
        _ => $"{Number(value)} {unit}",
    };

    public static string InUnit(Interval interval, string unit) => unit switch
    {
        "share" => Percent(interval),
        "distance" => $"{Number(interval.Low)}–{Number(interval.High)}",
        _ => $"{Number(interval.Low)}–{Number(interval.High)} {unit}",
    };

    /// <summary>What a p-value or an e-value means, for somebody who is no statistician.</summary>
    public static string Evidence(double value, string kind)
    {
        if (kind.StartsWith("count", StringComparison.Ordinal))
            return "Counted; no test is needed.";
        if (kind.StartsWith("e-value", StringComparison.OrdinalIgnoreCase))
            return $"A bet against “nothing has changed” has multiplied its stake {Number(value)}-fold.";
        if (value < 1e-9)
            return "By chance alone this would happen less than once in a billion windows.";
        return $"By chance alone this would happen about once in {OneIn(value)} windows.";
    }

    /// <summary>The value itself with its name and method, such as "p = 0.0003 (beta-binomial tail)".</summary>
    public static string EvidenceValue(double value, string kind)
    {
        if (kind.StartsWith("count", StringComparison.Ordinal))
            return "";
        var parts = kind.Split(',', 2, StringSplitOptions.TrimEntries);
        var symbol = parts[0].Split('-')[0];
        var number = symbol == "p" && value < 1e-9 ? "< 1e-9" : $"= {Number(value)}";
        return parts.Length > 1 ? $"{symbol} {number} ({parts[1]})" : $"{symbol} {number}";
    }

    public static string Kind(string kind) => kind switch
    {
        AlertKinds.NegativeSurge => "Negative surge",
        AlertKinds.VolumeSurge => "Volume surge",
        AlertKinds.VolumeSilence => "Silence",
        AlertKinds.LabelDrift => "Label drift",
        AlertKinds.ConfidenceDrift => "Confidence drift",
        AlertKinds.Fairness => "Fairness",
        AlertKinds.CardinalityLimit => "Table full",
        _ => Label(kind),
    };

    /// <summary>
    /// Late texts and clocks that are ahead, with the setting that would have admitted the late ones; null where there are none.
    /// </summary>
    public static string? OutOfTime(EventTimeUpdated eventTime)
    {
        var parts = new List<string>();
        if (eventTime.Late + eventTime.TooLate > 0)
            parts.Add($"{Count(eventTime.Late + eventTime.TooLate, "late text")} ({Percent((double)(eventTime.Late + eventTime.TooLate) / eventTime.Texts)}), {Count(eventTime.TooLate)} of them in no trend{Remedy(eventTime)}");
        if (eventTime.ClockSkew.Values.Sum() is > 0 and var skewed)
            parts.Add($"{Count(skewed, "text")} dated after receipt: the clock of {string.Join(", ", eventTime.ClockSkew.OrderByDescending(static source => source.Value).Take(3).Select(static source => source.Key))} is ahead");
        if (eventTime.Untracked > 0)
            parts.Add($"{Count(eventTime.Untracked, "use")} of groups, segments, entities or labels that the monitor has no place for (Monitoring:Windows:Max…); they count in the totals only");
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private static string Remedy(EventTimeUpdated eventTime) =>
        eventTime.SufficientLateness is { } lateness && lateness < TimeSpan.FromDays(1)
            ? $"; Monitor:AllowedLateness={lateness:c} (now {eventTime.AllowedLateness:c}) admits 99 % of them"
            : "";

    /// <summary>A label as a person writes it: <c>lost_or_stolen_card</c> becomes "lost or stolen card".</summary>
    public static string Label(string label) => label.Replace('_', ' ');

    /// <summary>A segment as a person says it: <c>topic=Energy | Oil</c> becomes "Energy | Oil".</summary>
    public static string Segment(string segment) =>
        segment == SeriesKey.All ? "Everything" : Label(segment[(segment.IndexOf('=', StringComparison.Ordinal) + 1)..]);

    private static string OneIn(double p)
    {
        var times = 1 / p;
        if (times >= 1e6) return $"{(times / 1e6).ToString("#,0.#", Culture)} million";
        var magnitude = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(times)) - 1));
        return Count((long)(Math.Round(times / magnitude) * magnitude));
    }
}
