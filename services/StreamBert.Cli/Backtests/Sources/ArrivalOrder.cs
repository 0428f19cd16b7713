using StreamBert.Contracts;

namespace StreamBert.Cli.Backtests.Sources;

/// <summary>
/// Puts predictions into the order in which they are replayed: that of the file, or that of their times if the file is further out of order
/// than the pipeline allows, as <c>up --replay</c> does.
/// </summary>
internal static class ArrivalOrder
{
    /// <param name="texts">The predictions; they are enumerated twice.</param>
    /// <param name="lateness">The allowed lateness of the pipeline.</param>
    /// <param name="notify">Receives a sentence if they are sorted.</param>
    public static IEnumerable<TextClassified> Apply(IEnumerable<TextClassified> texts, TimeSpan lateness, Action<string> notify)
    {
        var (latest, largest, late) = (DateTimeOffset.MinValue, TimeSpan.Zero, 0L);
        foreach (var time in texts.Select(static text => text.OccurredAt))
        {
            late += time < latest ? 1 : 0;
            largest = latest - time > largest ? latest - time : largest;
            latest = time > latest ? time : latest;
        }
        if (largest <= lateness)
            return texts;
        notify($"{late:N0} texts follow a text with a later time, by up to {largest}: they are sorted by time.");
        return texts.OrderBy(static text => text.OccurredAt);
    }
}
