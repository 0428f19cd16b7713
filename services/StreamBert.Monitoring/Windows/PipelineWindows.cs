using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.EventTime;
using StreamBert.Monitoring.Inputs;
using StreamBert.Streaming.Events;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The tumbling event-time windows of one pipeline. A window closes when the watermark (the event time of the inputs minus the allowed
/// lateness) passes its end. Empty windows close too, so that a silence is detected. A late text revises its window while that is among
/// the last closed ones.
/// </summary>
internal sealed class PipelineWindows
{
    /// <summary>The number of sources and of languages that are counted individually; the others count together.</summary>
    private const int MaxCountedNames = 50;
    private const string OtherSources = "(other sources)", OtherLanguages = "(other languages)";

    private readonly TimeSpan _length, _lateness;
    private readonly WindowOptions _options;
    private readonly WindowsState _state;
    private readonly RuleSchedule _rules;
    private RuledCounting _counting;
    private readonly EventTimeTracker _eventTime;
    private readonly ICollection<ProcessingFailure> _failures;

    /// <summary>The clusters of the last window that can no longer be revised: the next window to open takes their memory.</summary>
    private WindowClusters? _free;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="options">The limits of the windows.</param>
    /// <param name="liveTolerance">The delay up to which a text counts as live.</param>
    /// <param name="state">The state, which is changed with every step.</param>
    /// <param name="failures">Collects the texts that cannot be counted; they are skipped.</param>
    /// <param name="rules">The rules of the pipeline over event time; null for those of the configuration.</param>
    public PipelineWindows(
        PipelineOptions pipeline, WindowOptions options, TimeSpan liveTolerance, WindowsState state,
        ICollection<ProcessingFailure> failures, RuleSchedule? rules = null)
    {
        (_length, _lateness) = (pipeline.Monitor.Window, pipeline.Monitor.AllowedLateness);
        (_options, _state, _failures) = (options, state, failures);
        _rules = rules ?? new(pipeline, []);
        _counting = Count(pipeline);
        _eventTime = new(liveTolerance, _length, options.MaximumHoldBack, state.EventTime);
    }

    /// <summary>The event time up to which windows are closed.</summary>
    public DateTimeOffset Watermark => _state.ClosedThrough is { } through && through > InputWatermark ? through : InputWatermark;

    /// <summary>The closed windows that can still be revised, in order of time; alerts take their examples from them.</summary>
    public IReadOnlyList<WindowCounts> Recent => _state.Closed;

    /// <summary>The start of the first window into which no text has been counted.</summary>
    public DateTimeOffset Unopened
    {
        get
        {
            var opened = _state.Open is [.., var last] ? last.Start + _length : DateTimeOffset.MinValue;
            return _state.ClosedThrough is { } through && through > opened ? through : opened;
        }
    }

    /// <summary>The origin of the last text.</summary>
    public RecordPosition LastText { get; private set; } = new("", 0, 0);

    private DateTimeOffset InputWatermark => Subtract(PunctualWatermark, _state.HoldBackWindows * _length);

    /// <summary>The watermark without the hold-back.</summary>
    private DateTimeOffset PunctualWatermark => Subtract(_eventTime.Current, _lateness);

    /// <summary>Counts the texts of a step, and advances the watermark with its progress.</summary>
    /// <returns>The windows that are revised and closed, in order of time, each before the next one closes.</returns>
    public IEnumerable<WindowUpdate> Apply(InputStep step)
    {
        foreach (var text in step.Texts)
            TryCount(text);
        _eventTime.Advance(step.Progress, step.Texts.Count);
        UpdateHoldBack(WindowStart(PunctualWatermark));
        return CloseBefore(WindowStart(InputWatermark));
    }

    /// <summary>
    /// Holds the watermark back by whole windows, and changes that only when the watermark enters a window, so that the result does not
    /// depend on how many texts a step has.
    /// </summary>
    private void UpdateHoldBack(DateTimeOffset entered)
    {
        if (entered <= _state.HoldBackUpdatedAt)
            return;
        _state.HoldBackUpdatedAt = entered;
        _state.HoldBackWindows = Math.Max(0, (int)Math.Ceiling((_eventTime.HoldBack - _lateness) / _length));
    }

    /// <summary>What counts texts, and tracks names, by the rules of some windows.</summary>
    private sealed record RuledCounting(PipelineOptions Pipeline, WindowCounter Counter, NameTracker Names);

    private RuledCounting Count(PipelineOptions pipeline) =>
        new(pipeline, new(pipeline, _options, _state), new(pipeline, _options, _state.Names));

    /// <summary>Returns the counting of the window that starts at that time. Rules change rarely, so only the last one is kept.</summary>
    private RuledCounting CountingAt(DateTimeOffset start)
    {
        var pipeline = _rules.At(start);
        return ReferenceEquals(pipeline, _counting.Pipeline) ? _counting : _counting = Count(pipeline);
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
            _failures.Add(ProcessingFailure.Of(text.Origin, "The text cannot be counted", e));
        }
    }

    private void Count(TextClassified text)
    {
        if (text.ClaimedTime is not null)
            Add(_state.ClockSkew, text.Source ?? "unknown", OtherSources);
        if (text.ForeignLanguage is { } language)
            Add(_state.ForeignLanguages, language, OtherLanguages);
        _state.Texts++;
        var start = WindowStart(text.OccurredAt);
        _eventTime.Measure(text.Origin, text.OccurredAt, start + _length);
        if (_state.ClosedThrough is not { } through || start >= through)
            CountingAt(start).Counter.Count(GetOrOpen(start), text, isLate: false);
        else
            CountLate(start, text);
    }

    private void CountLate(DateTimeOffset start, TextClassified text)
    {
        _state.Lateness.Add(_eventTime.Current - (start + _length));
        if (_state.Closed.Find(window => window.Start == start) is not { } closed)
        {
            _state.TooLate++;
            return;
        }
        _state.Late++;
        CountingAt(start).Counter.Count(closed, text, isLate: true);
    }

    private static void Add(Dictionary<string, long> counts, string name, string others)
    {
        var key = counts.ContainsKey(name) || counts.Count < MaxCountedNames ? name : others;
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    private WindowCounts GetOrOpen(DateTimeOffset start)
    {
        var next = _state.Open.Count;
        while (next > 0 && _state.Open[next - 1].Start > start)
            next--;
        if (next > 0 && _state.Open[next - 1].Start == start)
            return _state.Open[next - 1];
        var window = new WindowCounts { Start = start, Clusters = _free?.Reset() ?? new() };
        _free = null;
        _state.Open.Insert(next, window);
        return window;
    }

    private IEnumerable<WindowUpdate> CloseBefore(DateTimeOffset limit)
    {
        if (_state.ClosedThrough is { } through ? through >= limit : _state.Open.Count == 0 || _state.Open[0].Start >= limit)
            yield break;
        foreach (var window in _state.Closed.ToList())
        {
            if (window.BeginRevision() is not { Count: > 0 } revised)
                continue;
            JoinCopies(window);
            yield return new WindowRevised(window, SpanOf(window), revised);
        }
        while (NextBefore(limit) is { } window)
            yield return Close(window);
    }

    /// <summary>
    /// Returns the next window to close before the limit: the earliest open one, or an empty one before it. Of a long gap only the first
    /// empty windows are closed, and the last one, so that a silence is judged by its whole length before it ends. Which of them are closed
    /// depends on the texts alone, not on the steps in which they arrive.
    /// </summary>
    private WindowCounts? NextBefore(DateTimeOffset limit)
    {
        var open = _state.Open.Count > 0 && _state.Open[0].Start < limit ? _state.Open[0] : null;
        if (_state.ClosedThrough is not { } next || open?.Start <= next)
            return open;
        if (_state.EmptyWindows < _options.MaxEmptyWindows - 1)
            return next < limit ? new() { Start = next } : null;
        var end = _state.Open.Count > 0 ? _state.Open[0].Start : limit;
        return end <= limit && next < end ? new() { Start = end - _length } : null;
    }

    private WindowClosed Close(WindowCounts window)
    {
        if (_state.Open.Count > 0 && ReferenceEquals(_state.Open[0], window))
            _state.Open.RemoveAt(0);
        window.VolumeOf(SeriesKey.All);
        var tracked = CountingAt(window.Start).Names.Complete(window);
        window.CountsTexts = _state.Recurrence.CountsTexts;
        ClusterTally.Apply(window);
        _state.Recurrence.Add(window, _length);
        JoinCopies(window);
        (window.IsPartial, _state.IsBeginning) = (_state.IsBeginning, false);
        _state.ClosedThrough = window.Start + _length;
        _state.EmptyWindows = window.Count == 0 ? _state.EmptyWindows + 1 : 0;
        _state.Closed.Add(window);
        if (_state.Closed.Count > Math.Max(1, _options.RevisableWindows))
        {
            _free = _state.Closed[0].Clusters;
            _state.Closed.RemoveAt(0);
        }
        return new(window, SpanOf(window), tracked);
    }

    private void JoinCopies(WindowCounts window) =>
        window.Sample.JoinNearDuplicates(window.Clusters, _options.SamplesPerSegment, _options.SamplesPerWindow);

    private TimeWindow SpanOf(WindowCounts window) => new(window.Start, window.Start + _length);

    private DateTimeOffset WindowStart(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % _length.Ticks, TimeSpan.Zero);

    private static DateTimeOffset Subtract(DateTimeOffset time, TimeSpan span) =>
        time - DateTimeOffset.MinValue > span ? time - span : DateTimeOffset.MinValue;
}
