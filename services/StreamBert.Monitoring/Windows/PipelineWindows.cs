using StreamBert.Contracts;
using StreamBert.Monitoring.Composition;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Windows;

/// <summary>The windows of one pipeline, as they are saved and restored.</summary>
public sealed class WindowsState
{
    public EventClockState Clock { get; set; } = new();

    /// <summary>End of the last closed window; null before the first.</summary>
    public DateTimeOffset? ClosedThrough { get; set; }

    /// <summary>The stream begins, or begins again after a gap: the next window is not a whole one.</summary>
    public bool Beginning { get; set; } = true;
    public EntityRoster Entities { get; set; } = new();

    /// <summary>Segments by label that are counted on their own, as checkpoints of earlier versions tell.</summary>
    public List<string> Segments { get; set; } = [];

    /// <summary>Segments by label that are counted on their own → their uses of late.</summary>
    public Dictionary<string, double> SegmentUses { get; set; } = [];

    /// <summary>Head → label → its uses of late.</summary>
    public Dictionary<string, Dictionary<string, double>> LabelUses { get; set; } = [];

    /// <summary>Uses of values that found no place in the tables.</summary>
    public long Untracked { get; set; }

    /// <summary>In order of time.</summary>
    public List<WindowCounts> Open { get; set; } = [];

    /// <summary>Closed, can still be revised; oldest first.</summary>
    public List<WindowCounts> Closed { get; set; } = [];

    /// <summary>Texts counted, also the late ones.</summary>
    public long Texts { get; set; }

    /// <summary>Late texts that revised a window, and those that came too late for that.</summary>
    public long Late { get; set; }
    public long TooLate { get; set; }
    public LatenessCounts Lateness { get; set; } = new();

    /// <summary>Source → texts whose producer's clock was ahead.</summary>
    public Dictionary<string, long> ClockSkew { get; set; } = [];
}

/// <summary>
/// Tumbling event-time windows of one pipeline: a window closes when the watermark (the event time that the inputs have reached, less the
/// allowed lateness) passes its end. Empty windows close too, so that silence is seen. A late text revises its window while that is among
/// the last few.
/// </summary>
public sealed class PipelineWindows
{
    /// <summary>Sources whose clock skew is counted on its own; further ones count together.</summary>
    private const int MaxSkewedSources = 50;
    private const string OtherSources = "(other sources)";

    private readonly TimeSpan _length, _lateness;
    private readonly WindowOptions _options;
    private readonly WindowsState _state;
    private readonly WindowCounter _counter;
    private readonly EventClock _clock;
    private readonly Action<MonitorFailure> _failed;

    /// <param name="failed">Told of a text that cannot be counted; it is left out.</param>
    /// <param name="isWatched">Whether a group is one of those that a fairness rule compares.</param>
    public PipelineWindows(
        PipelineOptions pipeline,
        WindowOptions options,
        TimeSpan liveTolerance,
        WindowsState state,
        Action<MonitorFailure>? failed = null,
        Func<string, string, bool>? isWatched = null)
    {
        _failed = failed ?? (static _ => { });

        (_length, _lateness, _options, _state) = (pipeline.Monitor.Window, pipeline.Monitor.AllowedLateness, options, state);
        foreach (var segment in state.Segments)
            state.SegmentUses.TryAdd(segment, 1);
        state.Segments.Clear();
        _counter = new(pipeline, options, state, isWatched ?? (static (_, _) => false));
        _clock = new(liveTolerance, _length, state.Clock);
    }

    /// <summary>Windows that end up to here are closed.</summary>
    public DateTimeOffset Watermark => _state.ClosedThrough is { } through && through > Due ? through : Due;

    /// <summary>The closed windows that can still be revised, oldest first: where alerts find their examples.</summary>
    public IReadOnlyList<WindowCounts> Recent => _state.Closed;

    /// <summary>The text taken last.</summary>
    public RecordPosition LastText { get; private set; } = new("", 0, 0);

    private DateTimeOffset Due => Less(_clock.Reached, _lateness);

    /// <summary>Counts the texts of a step, and lets its progress move the watermark.</summary>
    /// <returns>What was revised and closed by that, in order of time, each before the next closes; mostly nothing.</returns>
    public IEnumerable<WindowClosed> Apply(InputStep step)
    {
        foreach (var text in step.Texts)
            TryCount(text);
        _clock.Advance(step.Progress, step.Texts.Count);
        return Close(Floor(Due));
    }

    private void TryCount(TextClassified text)
    {
        LastText = text.Origin;
        try
        {
            Count(text);
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            _failed(MonitorFailure.Of(text.Origin, "The text cannot be counted", e));
        }
    }

    private void Count(TextClassified text)
    {
        if (text.ClaimedTime is not null)
            CountSkew(text.Source ?? "unknown");
        _state.Texts++;
        var start = Floor(text.OccurredAt);
        if (_state.ClosedThrough is not { } through || start >= through)
            _counter.Count(OpenAt(start), text);
        else
            CountLate(start, text);
    }

    private void CountLate(DateTimeOffset start, TextClassified text)
    {
        _state.Lateness.Add(_clock.Reached - (start + _length));
        if (_state.Closed.Find(window => window.Start == start) is not { } closed)
        {
            _state.TooLate++;
            return;
        }
        _state.Late++;
        _counter.CountLate(closed, text);
    }

    private void CountSkew(string source)
    {
        var counted = _state.ClockSkew.ContainsKey(source) || _state.ClockSkew.Count < MaxSkewedSources ? source : OtherSources;
        _state.ClockSkew[counted] = _state.ClockSkew.GetValueOrDefault(counted) + 1;
    }

    private WindowCounts OpenAt(DateTimeOffset start)
    {
        for (var i = _state.Open.Count - 1; i >= 0; i--)
        {
            if (_state.Open[i].Start == start)
                return _state.Open[i];
            if (_state.Open[i].Start < start)
                return Insert(i + 1, start);
        }
        return Insert(0, start);
    }

    private WindowCounts Insert(int at, DateTimeOffset start)
    {
        var window = new WindowCounts { Start = start };
        _state.Open.Insert(at, window);
        return window;
    }

    private IEnumerable<WindowClosed> Close(DateTimeOffset limit)
    {
        if (_state.ClosedThrough is { } through ? through >= limit : _state.Open.Count == 0 || _state.Open[0].Start >= limit)
            yield break;
        foreach (var window in _state.Closed.ToList())
        {
            if (window.Revise() is { Count: > 0 } revised)
                yield return new(window, Span(window)) { Revised = revised };
        }
        while (Next(limit) is { } window)
            yield return Close(window);
    }

    /// <summary>
    /// The next window to close before the limit: the earliest open one, or an empty one before it unless the gap is too long.
    /// </summary>
    private WindowCounts? Next(DateTimeOffset limit)
    {
        var open = _state.Open.Count > 0 && _state.Open[0].Start < limit ? _state.Open[0] : null;
        if (_state.ClosedThrough is not { } next)
            return open;
        var until = open?.Start ?? limit;
        if (next >= until)
            return open;
        if ((until - next) / _length <= _options.MaxGap)
            return new() { Start = next };
        (_state.ClosedThrough, _state.Beginning) = (until, true);
        return open;
    }

    private WindowClosed Close(WindowCounts window)
    {
        if (_state.Open.Count > 0 && ReferenceEquals(_state.Open[0], window))
            _state.Open.RemoveAt(0);
        _counter.Complete(window);
        (window.Partial, _state.Beginning) = (_state.Beginning, false);
        _state.ClosedThrough = window.Start + _length;
        _state.Closed.Add(window);
        if (_state.Closed.Count > Math.Max(1, _options.Correctable))
            _state.Closed.RemoveAt(0);
        return new(window, Span(window));
    }

    private TimeWindow Span(WindowCounts window) => new(window.Start, window.Start + _length);

    private DateTimeOffset Floor(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % _length.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Less(DateTimeOffset time, TimeSpan span) =>
        time - DateTimeOffset.MinValue > span ? time - span : DateTimeOffset.MinValue;
}
