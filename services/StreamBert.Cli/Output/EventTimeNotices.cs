using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Cli.Output;

/// <summary>
/// Reports late texts, with the setting that would admit them, clock skew, foreign languages and recurring texts of a pipeline.
/// </summary>
internal static class EventTimeNotices
{
    private const int MaxSources = 5, MaxLanguages = 5;
    private static readonly TimeSpan MaxSuggestedLateness = TimeSpan.FromDays(1);

    public static IEnumerable<string> For(EventTimeUpdated eventTime)
    {
        var late = eventTime.Late + eventTime.TooLate;
        if (late > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{eventTime.Pipeline}: {late:N0} of {eventTime.Texts:N0} texts were late; {eventTime.TooLate:N0} of them are missing "
                    + $"from all trends. ")
                + Remedy(eventTime);
        }
        foreach (var (source, count) in eventTime.ClockSkew.OrderByDescending(static source => source.Value).Take(MaxSources))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{eventTime.Pipeline}: {count:N0} texts of the source '{source}' had an event time after their receive time, ")
                + "which replaced it: correct the clock of the source.";
        }
        if (eventTime.ForeignLanguages.Count > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{eventTime.Pipeline}: {eventTime.ForeignLanguages.Values.Sum():N0} of {eventTime.Texts:N0} texts are in a language that "
                    + $"the model was not trained on ({ListLanguages(eventTime)}): its answers to them are unreliable. ")
                + "Use a model of that language, or send these texts to a pipeline of their own.";
        }
        if (eventTime.CountsTexts)
        {
            yield return $"{eventTime.Pipeline}: most texts repeat texts that are at least an hour old, so alerts count each text, "
                + "not stories (Monitor:Rules:GroupStories).";
        }
    }

    private static string ListLanguages(EventTimeUpdated eventTime) => string.Join(
        ", ", eventTime.ForeignLanguages.OrderByDescending(static language => language.Value).Take(MaxLanguages)
            .Select(static language => string.Create(CultureInfo.InvariantCulture, $"{language.Key} {language.Value:N0}")));

    private static string Remedy(EventTimeUpdated eventTime) =>
        eventTime.SufficientLateness is { } lateness && lateness < MaxSuggestedLateness
        ? $"Monitor:AllowedLateness={lateness:c} in the pipeline (now {eventTime.AllowedLateness:c}) admits 99 % of them, and closes "
            + $"each window that much later."
        : "They are more than a day behind the newest texts of the pipeline: use a separate pipeline or data directory (--data) for "
            + "older texts.";
}
