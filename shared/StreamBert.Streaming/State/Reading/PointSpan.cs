namespace StreamBert.Streaming.State.Reading;

/// <summary>Chooses how much event time each point of a trend covers.</summary>
internal static class PointSpan
{
    /// <summary>The spans that a reader expects on a time axis.</summary>
    private static readonly TimeSpan[] Usual =
    [
        .. new[] { 1, 5, 10, 15, 30 }.Select(static seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 5, 10, 15, 30 }.Select(static minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(static hours => TimeSpan.FromHours(hours)),
        .. new[] { 1, 2, 7, 14, 28, 91, 182, 364 }.Select(static days => TimeSpan.FromDays(days)),
    ];

    /// <summary>A usual span that is this many times as long as necessary would hide too much.</summary>
    private const double MaxExcess = 4;

    /// <summary>Returns where the point begins that contains a time: at a multiple of its span.</summary>
    public static DateTimeOffset BeginOf(DateTimeOffset time, TimeSpan span)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((long)Math.Floor((decimal)ticks / span.Ticks) * span.Ticks);
    }

    /// <summary>Returns the shortest usual span, a multiple of the window, with which a range has no more than the points wanted.</summary>
    /// <param name="window">The length of a window.</param>
    /// <param name="range">The time from the start of the first window to that of the last; there are more windows than points.</param>
    /// <param name="points">The most points, at least 2.</param>
    public static TimeSpan Choose(TimeSpan window, TimeSpan range, int points)
    {
        // Points begin at multiples of their span, so that the range may touch one more than it has room for.
        var least = range / (points - 1);
        var usual = Array.Find(Usual, span => span >= least && span > window && span.Ticks % window.Ticks == 0);
        return usual > TimeSpan.Zero && usual <= MaxExcess * least ? usual : window * Math.Max(2, Math.Ceiling(least / window));
    }
}
