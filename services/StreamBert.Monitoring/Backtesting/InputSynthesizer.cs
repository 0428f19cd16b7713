using StreamBert.Contracts;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>
/// Creates the inputs that Inference would have appended for recorded predictions: those of one input partition that is always processed
/// to its end. A text arrives at the largest event time so far, and while none arrives Inference reports an idle partition once a window,
/// so that a silence closes its windows as it does live. Texts in order give the windows and alerts of a replay of the same texts.
/// </summary>
/// <param name="pipeline">The pipeline.</param>
/// <param name="settings">The period; texts outside of it are left out.</param>
internal sealed class InputSynthesizer(PipelineOptions pipeline, BacktestSettings settings)
{
    /// <summary>Bounds the predictions that wait for their step.</summary>
    private const int MaxStepTexts = 1000;

    /// <summary>The quantile of the delays that Inference reports.</summary>
    private const double DelayQuantile = 0.9;

    private readonly string _topic = pipeline.Inputs[0];
    private readonly TimeSpan _window = pipeline.Monitor.Window, _lateness = pipeline.Monitor.AllowedLateness;
    private readonly List<TimeSpan> _delays = [];
    private long _next, _from;
    private DateTimeOffset? _latest;
    private bool _hasClosed;

    /// <summary>The virtual time: the largest event time so far, or the time of the last idle report.</summary>
    public DateTimeOffset Now { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Returns the inputs for texts in the order of their arrival.</summary>
    public IEnumerable<MonitorInput> Synthesize(IEnumerable<TextClassified> texts)
    {
        foreach (var text in texts)
        {
            if (!settings.Covers(text.OccurredAt))
                continue;
            foreach (var input in Add(text))
                yield return input;
        }
        foreach (var input in End())
            yield return input;
    }

    /// <summary>Returns the inputs of one text: what passes before it arrives, the text, and the step that it completes.</summary>
    public IEnumerable<MonitorInput> Add(TextClassified text)
    {
        foreach (var idle in PassUntil(text.OccurredAt))
            yield return idle;
        var closes = Advance(text.OccurredAt);
        var origin = new RecordPosition(_topic, 0, _next++);
        yield return new MonitorInput.Prediction(text.Origin == origin ? text : text with { Origin = origin }, 0);
        _delays.Add(Now - text.OccurredAt);
        if (closes || _delays.Count >= MaxStepTexts)
            yield return Step();
    }

    /// <summary>Ends the stream: the last step, and with an end of the period the reports up to it.</summary>
    public IEnumerable<MonitorInput> End()
    {
        if (_latest is not null && settings.To is { } to)
        {
            foreach (var idle in PassUntil(to))
                yield return idle;
        }
        if (_delays.Count > 0)
            yield return Step();
        if (_latest is not null && settings.To is { } end)
            yield return Progress([], end + _lateness);
    }

    /// <summary>Reports an idle partition once a window until a time; first the texts before it.</summary>
    private IEnumerable<MonitorInput> PassUntil(DateTimeOffset time)
    {
        while (_latest is not null && time - Now > _window)
        {
            if (_delays.Count > 0)
                yield return Step();
            Now += _window;
            yield return Progress([], null);
        }
    }

    /// <summary>
    /// Advances the event time to that of a text, and tells whether a window closes. Before the first has closed, every text is a step: an
    /// earlier window that it opens closes at once.
    /// </summary>
    private bool Advance(DateTimeOffset occurredAt)
    {
        if (_latest is { } latest && occurredAt <= latest)
            return !_hasClosed;
        var closes = _latest is { } before && WindowOf(before - _lateness) != WindowOf(occurredAt - _lateness);
        (_latest, _hasClosed) = (occurredAt, _hasClosed || closes);
        Now = occurredAt > Now ? occurredAt : Now;
        return closes || !_hasClosed;
    }

    private long WindowOf(DateTimeOffset time) => time.UtcTicks / _window.Ticks;

    private MonitorInput.Progress Step()
    {
        _delays.Sort();
        var delay = _delays[(int)Math.Ceiling(DelayQuantile * _delays.Count) - 1];
        _delays.Clear();
        return Progress([new(_from, _next)], _latest, delay);
    }

    private MonitorInput.Progress Progress(IReadOnlyList<OffsetRange> predictions, DateTimeOffset? eventTime, TimeSpan? delay = null)
    {
        var progress = new InputProgress
        {
            Topic = _topic,
            Partitions = [new(0, _from, _next, predictions, eventTime)],
            At = Now,
            Ends = new Dictionary<string, IReadOnlyList<long>> { [_topic] = [_next] },
            Delay = delay,
        };
        _from = _next;
        return new(progress);
    }
}
