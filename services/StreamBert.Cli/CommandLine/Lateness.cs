using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Cli.CommandLine;

/// <summary>What a user is told of texts that came late, and of clocks that are ahead.</summary>
internal static class Lateness
{
    public static IEnumerable<string> Of(EventTimeUpdated eventTime)
    {
        var late = eventTime.Late + eventTime.TooLate;
        if (late > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{eventTime.Pipeline}: {late:N0} of {eventTime.Texts:N0} texts came late, {eventTime.TooLate:N0} of them are in no trend. {Remedy(eventTime)}");
        }

        foreach (var (source, count) in eventTime.ClockSkew.OrderByDescending(static source => source.Value).Take(5))
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{eventTime.Pipeline}: {count:N0} texts of the source '{source}' were dated after their receipt, and count at their receipt: set its clock.");
        }
    }

    private static string Remedy(
        EventTimeUpdated eventTime) => eventTime.SufficientLateness is { } lateness && lateness < TimeSpan.FromDays(1)
        ? $"The pipeline's Monitor:AllowedLateness={lateness:c} (now {eventTime.AllowedLateness:c}) admits 99 % of them, and closes each window that much later."
        : "They are more than a day older than what the pipeline has seen already: give older texts a pipeline or a data directory (--data) of their own.";
}
