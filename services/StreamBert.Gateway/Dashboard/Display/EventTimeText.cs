using StreamBert.Contracts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes problems with the event time of a pipeline and names the setting that solves each.</summary>
internal static class EventTimeText
{
    private const int MaxSources = 3;

    /// <summary>Describes late texts, clock skew, exceeded limits and recurring texts; null without any of them.</summary>
    public static string? Describe(EventTimeUpdated eventTime)
    {
        string?[] problems =
            [DescribeLateTexts(eventTime), DescribeClockSkew(eventTime), DescribeUntracked(eventTime), DescribeRecurrence(eventTime)];
        return problems.Any(static problem => problem is not null) ? string.Join("; ", problems.OfType<string>()) : null;
    }

    private static string? DescribeLateTexts(EventTimeUpdated eventTime)
    {
        var late = eventTime.Late + eventTime.TooLate;
        if (late == 0)
            return null;
        return $"{DisplayText.Count(late, "late text")} ({DisplayText.Percent((double)late / eventTime.Texts)}), "
            + $"{DisplayText.Count(eventTime.TooLate)} of them dropped from the trends{Remedy(eventTime)}";
    }

    private static string Remedy(EventTimeUpdated eventTime) =>
        eventTime.SufficientLateness is { } lateness && lateness < TimeSpan.FromDays(1)
            ? $"; Monitor:AllowedLateness={lateness:c} (now {eventTime.AllowedLateness:c}) admits 99 % of them"
            : "";

    private static string? DescribeClockSkew(EventTimeUpdated eventTime)
    {
        if (eventTime.ClockSkew.Values.Sum() is not (> 0 and var skewed))
            return null;
        var sources = eventTime.ClockSkew.OrderByDescending(static source => source.Value)
            .Take(MaxSources)
            .Select(static source => source.Key);
        return $"{DisplayText.Count(skewed, "text")} with an event time after receipt: the clock of {string.Join(", ", sources)} is ahead";
    }

    private static string? DescribeUntracked(EventTimeUpdated eventTime) => eventTime.Untracked == 0
        ? null
        : $"{DisplayText.Count(eventTime.Untracked, "occurrence")} of groups, segments, entities or labels beyond the limits "
            + "Monitoring:Windows:Max…; these count in the totals only";

    private static string? DescribeRecurrence(EventTimeUpdated eventTime) => eventTime.CountsTexts
        ? "most texts repeat texts that are an hour old, so alerts count texts and not stories"
        : null;
}
