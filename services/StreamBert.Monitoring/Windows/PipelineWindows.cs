using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>A window that has just closed (revision 0 of its series) or been corrected by late texts.</summary>
public sealed record WindowClosed(WindowCounts Counts, TimeWindow Window, bool Correction);

/// <summary>The windows of one pipeline, as they are saved and restored.</summary>
public sealed class WindowsState
{
    public PartitionClocks Clocks { get; set; } = new();

    /// <summary>Event time that windows may be closed up to, told from outside (a live stream that is silent).</summary>
    public DateTimeOffset Told { get; set; }

    /// <summary>End of the last closed window; null before the first.</summary>
    public DateTimeOffset? ClosedThrough { get; set; }
    /// <summary>The stream begins, or begins again after a gap: windows are not whole until the first with texts has passed.</summary>
    public bool Beginning { get; set; } = true;
    public EntityRoster Entities { get; set; } = new();
    public List<WindowCounts> Open { get; set; } = [];

    /// <summary>Closed, still correctable; oldest first.</summary>
    public List<WindowCounts> Closed { get; set; } = [];

    /// <summary>Late texts that corrected a window, and those that came too late for that.</summary>
    public long Late { get; set; }
    public long Dropped { get; set; }
}

/// <summary>
/// Tumbling event-time windows of one pipeline: a window closes when the watermark (event time reached less the allowed lateness)
/// passes its end. Empty windows close too, so that silence is seen. A late text corrects its window while that is among the last few.
/// </summary>
/// <param name="behind">The partitions that hold records not yet read; the reader keeps it up to date.</param>
public sealed class PipelineWindows(PipelineOptions pipeline, WindowOptions options, WindowsState state, IReadOnlySet<int> behind)
{
    private readonly TimeSpan _length = pipeline.Monitor.Window;
    private readonly TimeSpan _lateness = pipeline.Monitor.AllowedLateness;
    private readonly WindowCounter _counter = new(pipeline, options, state.Entities);

    public DateTimeOffset Watermark { get; private set; } = state.ClosedThrough ?? DateTimeOffset.MinValue;

    /// <summary>The closed windows that can still be corrected, oldest first: where alerts find their examples.</summary>
    public IReadOnlyList<WindowCounts> Recent => state.Closed;

    /// <summary>Counts one prediction.</summary>
    /// <returns>What closed or was corrected by that, in order of time; mostly nothing.</returns>
    public IReadOnlyList<WindowClosed> Add(TextClassified prediction, int partition)
    {
        Count(prediction);
        state.Clocks.Observe(partition, prediction.OccurredAt);
        return Close(Reached());
    }

    /// <summary>Moves the watermark without a prediction: to where it is told, or to where it may go now that fewer partitions are behind.</summary>
    public IReadOnlyList<WindowClosed> AdvanceTo(DateTimeOffset watermark)
    {
        state.Told = Max(state.Told, watermark);
        return Close(Max(state.Told, Reached()));
    }

    private DateTimeOffset Reached() => Less(state.Clocks.Reached(behind), _lateness);

    private void Count(TextClassified prediction)
    {
        var start = Floor(prediction.OccurredAt);
        if (state.ClosedThrough is null || start >= state.ClosedThrough)
        {
            _counter.Count(OpenAt(start), prediction, late: false);
            return;
        }
        if (state.Closed.Find(window => window.Start == start) is not { } closed)
        {
            state.Dropped++;
            return;
        }
        state.Late++;
        _counter.Count(closed, prediction, late: true);
    }

    private WindowCounts OpenAt(DateTimeOffset start)
    {
        for (var i = state.Open.Count - 1; i >= 0; i--)
        {
            if (state.Open[i].Start == start)
                return state.Open[i];
            if (state.Open[i].Start < start)
                return Insert(i + 1, start);
        }
        return Insert(0, start);
    }

    private WindowCounts Insert(int at, DateTimeOffset start)
    {
        var window = new WindowCounts { Start = start };
        state.Open.Insert(at, window);
        return window;
    }

    private List<WindowClosed> Close(DateTimeOffset watermark)
    {
        if (watermark <= Watermark)
            return [];
        Watermark = watermark;
        var limit = Floor(watermark);
        if (state.ClosedThrough is { } through ? through >= limit : state.Open.Count == 0 || state.Open[0].Start >= limit)
            return [];
        List<WindowClosed> changes = [.. Corrections()];
        while (Next(limit) is { } window)
            changes.Add(Close(window));
        return changes;
    }

    /// <summary>The next window to close before the limit: the earliest open one, or an empty one before it unless the gap is too long.</summary>
    private WindowCounts? Next(DateTimeOffset limit)
    {
        var open = state.Open.Count > 0 && state.Open[0].Start < limit ? state.Open[0] : null;
        if (state.ClosedThrough is not { } next)
            return open;
        var until = open?.Start ?? limit;
        if (next >= until)
            return open;
        if ((until - next) / _length <= options.MaxGap)
            return new() { Start = next };
        (state.ClosedThrough, state.Beginning) = (until, true);
        return open;
    }

    private WindowClosed Close(WindowCounts window)
    {
        if (state.Open.Count > 0 && ReferenceEquals(state.Open[0], window))
            state.Open.RemoveAt(0);
        window.Partial = state.Beginning;
        state.Beginning &= window.Count == 0;
        state.ClosedThrough = window.Start + _length;
        state.Closed.Add(window);
        if (state.Closed.Count > Math.Max(1, options.Correctable))
            state.Closed.RemoveAt(0);
        return new(window, Span(window), Correction: false);
    }

    private IEnumerable<WindowClosed> Corrections() => state.Closed
        .Where(window => window.Series.Values.Any(segments => segments.Values.Any(series => series.Dirty)))
        .Select(window => new WindowClosed(window, Span(window), Correction: true));

    private TimeWindow Span(WindowCounts window) => new(window.Start, window.Start + _length);

    private DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % _length.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Less(DateTimeOffset time, TimeSpan span) =>
        time - DateTimeOffset.MinValue > span ? time - span : DateTimeOffset.MinValue;
}
