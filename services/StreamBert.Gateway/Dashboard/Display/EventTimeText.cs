using StreamBert.Contracts;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>Describes problems with the event time of a pipeline and names the setting that solves each.</summary>
internal static class EventTimeText
{
    private const int MaxSources = 3, MaxLanguages = 3;

    /// <summary>
    /// Describes late texts, clock skew, foreign languages, exceeded limits and recurring texts; null without any of them.
    /// </summary>
    public static string? Describe(EventTimeUpdated eventTime)
    {
        string?[] problems =
        [
            DescribeLateTexts(eventTime), DescribeClockSkew(eventTime), DescribeForeignLanguages(eventTime),
            DescribeUntracked(eventTime), DescribeRecurrence(eventTime),
        ];
        return problems.Any(static problem => problem is not null) ? string.Join(L["; "], problems.OfType<string>()) : null;
    }

    private static string? DescribeLateTexts(EventTimeUpdated eventTime)
    {
        var late = eventTime.Late + eventTime.TooLate;
        if (late == 0)
            return null;
        return L["{0} ({1}), {2} of them dropped from the trends", DisplayText.Count(late, "late text"),
            DisplayText.Percent((double)late / eventTime.Texts), DisplayText.Count(eventTime.TooLate)] + Remedy(eventTime);
    }

    private static string Remedy(EventTimeUpdated eventTime) =>
        eventTime.SufficientLateness is { } lateness && lateness < TimeSpan.FromDays(1)
            ? L["; {0} (now {1}) admits 99 % of them", $"Monitor:AllowedLateness={lateness:c}", $"{eventTime.AllowedLateness:c}"]
            : "";

    private static string? DescribeClockSkew(EventTimeUpdated eventTime)
    {
        if (eventTime.ClockSkew.Values.Sum() is not (> 0 and var skewed))
            return null;
        var sources = eventTime.ClockSkew.OrderByDescending(static source => source.Value)
            .Take(MaxSources)
            .Select(static source => source.Key);
        return L["{0} with an event time after receipt: the clock of {1} is ahead", DisplayText.Count(skewed, "text"),
            string.Join(", ", sources)];
    }

    private static string? DescribeForeignLanguages(EventTimeUpdated eventTime)
    {
        if (eventTime.ForeignLanguages.Values.Sum() is not (> 0 and var foreign))
            return null;
        var languages = eventTime.ForeignLanguages.OrderByDescending(static language => language.Value)
            .Take(MaxLanguages)
            .Select(static language => language.Key);
        return L["{0} in a language that the model was not trained on ({1})", DisplayText.Count(foreign, "text"),
            string.Join(", ", languages)];
    }

    private static string? DescribeUntracked(EventTimeUpdated eventTime) => eventTime.Untracked == 0
        ? null
        : L["{0} of groups, segments, entities or labels beyond the limits {1}; these count in the totals only",
            DisplayText.Count(eventTime.Untracked, "occurrence"), "Monitoring:Windows:Max…"];

    private static string? DescribeRecurrence(EventTimeUpdated eventTime) => eventTime.CountsTexts
        ? L["most texts repeat texts that are an hour old, so alerts count texts and not stories"]
        : null;
}
