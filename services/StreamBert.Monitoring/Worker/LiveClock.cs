namespace StreamBert.Monitoring.Worker;

/// <summary>
/// Lets the clock close the windows of a live stream that has fallen silent. Live means that texts are young when they arrive; a replay of
/// old texts never is, so its windows move by its own event time alone. The watermark it gives trails the clock by the delay the texts have
/// had plus a grace, so while texts flow it stays behind the one they make themselves.
/// </summary>
public sealed class LiveClock(TimeSpan tolerance, TimeSpan grace)
{
    private TimeSpan _delay;
    private bool _live;

    public void Observe(DateTimeOffset eventTime, DateTimeOffset now)
    {
        var delay = now > eventTime ? now - eventTime : TimeSpan.Zero;
        _live = delay <= tolerance;
        _delay = delay > _delay ? delay : _delay - (_delay - delay) / 100; // the greatest of late, forgotten slowly
    }

    /// <summary>The event time up to which windows may close now; null when the stream is not live.</summary>
    public DateTimeOffset? Watermark(DateTimeOffset now) => _live ? now - _delay - grace : null;
}
