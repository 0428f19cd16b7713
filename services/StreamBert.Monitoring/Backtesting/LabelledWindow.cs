using StreamBert.Contracts;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>A time in which something is known to have happened that the monitor should report.</summary>
/// <param name="Start">The beginning.</param>
/// <param name="End">The end.</param>
internal sealed record LabelledWindow(DateTimeOffset Start, DateTimeOffset End)
{
    private const char Alternatives = '|';

    /// <summary>The kinds of alert that report it, separated by <c>|</c>; null for every kind.</summary>
    public string? Kind { get; init; }

    /// <summary>
    /// The series that report it, separated by <c>|</c>: a segment, a head, <c>head/segment</c> or <c>pipeline/head/segment</c>. Null for
    /// every series.
    /// </summary>
    public string? Series { get; init; }

    /// <summary>Whether an alert reports it: it agrees in kind and series, and fires within the time or one window later.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="grace">The length of a window: an alert about the last texts fires when their window closes.</param>
    public bool IsReportedBy(ScoredAlert alert, TimeSpan grace) =>
        alert.Reaches(Start) && alert.At <= End + grace
        && (Kind is null || alert.Kind is null || Kind.Split(Alternatives).Contains(alert.Kind))
        && (alert.Series is null || IsAbout(alert.Series));

    /// <summary>Whether alerts of a series can report it.</summary>
    public bool IsAbout(SeriesKey series) => Series is null || Series.Split(Alternatives).Any(name => Names(name, series));

    /// <summary>Whether it is about something with one of these names, such as a file.</summary>
    public bool IsAbout(params IEnumerable<string> names) => Series is null || Series.Split(Alternatives).Intersect(names).Any();

    private static bool Names(string name, SeriesKey series) => name == series.Segment || name == series.Head
        || name == $"{series.Head}/{series.Segment}" || name == $"{series.Pipeline}/{series.Head}/{series.Segment}";
}
