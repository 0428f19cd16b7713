using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Inputs;

namespace StreamBert.Monitoring.Backtesting;

/// <summary>Collects the outputs of a backtest.</summary>
internal sealed class OutputCollector(BacktestSettings settings)
{
    private readonly List<AlertRaised> _raised = [];
    private readonly List<AlertResolved> _resolved = [];
    private readonly List<TrendUpdated> _trends = [];
    private DateTimeOffset? _start;
    private DateTimeOffset _end;
    private long _windows;

    public void Add(MonitorOutput output)
    {
        settings.OnOutput?.Invoke(output);
        switch (output)
        {
            case MonitorOutput.Trend { Value: var trend }:
                Add(trend);
                break;
            case MonitorOutput.RaisedAlert { Value: var raised }:
                _raised.Add(raised);
                break;
            case MonitorOutput.ResolvedAlert { Value: var resolved }:
                _resolved.Add(resolved);
                break;
        }
    }

    public BacktestResult Result(EventTimeUpdated eventTime, IReadOnlyList<ProcessingFailure> failures) => new()
    {
        Raised = _raised,
        Resolved = _resolved,
        Trends = _trends,
        EventTime = eventTime,
        Span = _start is { } start ? new(start, _end) : null,
        Windows = _windows,
        Failures = failures,
    };

    private void Add(TrendUpdated trend)
    {
        if (settings.KeepsTrends)
            _trends.Add(trend);
        if (trend.Revision > 0 || (_start is not null && trend.Window.End <= _end))
            return;
        _start ??= trend.Window.Start;
        _end = trend.Window.End;
        _windows++;
    }
}
