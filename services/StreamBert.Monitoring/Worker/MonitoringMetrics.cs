using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StreamBert.Monitoring.Alerts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Monitoring.Worker;

/// <summary>
/// The service's instruments, on the meter <c>StreamBert.Monitoring</c>. Counted when committed, so a repetition counts once.
/// </summary>
public sealed class MonitoringMetrics
{
    private readonly Counter<long> _predictions, _duplicates, _lost, _skipped, _windows, _late, _outside, _raised, _resolved;
    private readonly ConcurrentDictionary<string, double> _lag = [];

    public MonitoringMetrics()
    {
        var meter = Telemetry.Meter("Monitoring");
        _predictions = meter.CreateCounter<long>("streambert.monitoring.predictions", "{prediction}", "Predictions taken into windows.");
        _duplicates = meter.CreateCounter<long>(
            "streambert.monitoring.duplicates",
            "{prediction}",
            "Predictions left out because one of the same text was counted.");
        _lost = meter.CreateCounter<long>(
            "streambert.monitoring.lost",
            "{prediction}",
            "Predictions that the log did not hold any more when the monitor came to them.");
        _skipped = meter.CreateCounter<long>("streambert.monitoring.skipped", "{prediction}", "Records left out, by reason.");
        _windows = meter.CreateCounter<long>("streambert.monitoring.windows.closed", "{window}", "Event-time windows closed, by pipeline.");
        _late = meter.CreateCounter<long>(
            "streambert.monitoring.late",
            "{prediction}",
            "Predictions later than allowed, by pipeline and whether they corrected a window.");
        _outside = meter.CreateCounter<long>(
            "streambert.monitoring.untracked",
            "{use}",
            "Uses of groups, segments, entities and labels that found no place in the monitor's tables, by pipeline.");
        _raised = meter.CreateCounter<long>("streambert.monitoring.alerts.raised", "{alert}", "Alerts raised, by kind.");
        _resolved = meter.CreateCounter<long>("streambert.monitoring.alerts.resolved", "{alert}", "Alerts resolved, by kind.");
        meter.CreateObservableGauge(
            "streambert.monitoring.watermark.lag",
            () => _lag.Select(static lag => new Measurement<double>(lag.Value, Tag("pipeline", lag.Key))),
            "s",
            "How far the closed windows trail the clock, by pipeline.");
    }

    public void Predictions(long count) => _predictions.Add(count);

    public void Duplicates(long count) => _duplicates.Add(count);

    public void Lost(long count) => _lost.Add(count);

    public void Skipped(string reason, long count) => _skipped.Add(count, Tag("reason", reason));

    public void Late(string pipeline, long corrected, long dropped)
    {
        if (corrected > 0)
            _late.Add(corrected, Tag("pipeline", pipeline), Tag("outcome", "corrected"));
        if (dropped > 0)
            _late.Add(dropped, Tag("pipeline", pipeline), Tag("outcome", "dropped"));
    }

    public void Untracked(string pipeline, long uses)
    {
        if (uses > 0)
            _outside.Add(uses, Tag("pipeline", pipeline));
    }

    public void Said(IReadOnlyCollection<MonitorOutput> outputs)
    {
        foreach (var windows in outputs.Select(static output => output.Trend).OfType<Contracts.TrendUpdated>()
            .Where(static trend => trend.Revision == 0)
            .Select(static trend => (trend.Series.Pipeline, trend.Window
                         .Start))
            .Distinct()
            .GroupBy(static window => window.Pipeline))
        {
            _windows.Add(windows.Count(), Tag("pipeline", windows.Key));
        }

        foreach (var output in outputs)
        {
            if (output.Raised is { } raised)
                _raised.Add(1, Tag("kind", raised.Kind));
            if (output.Resolved is { } resolved)
                _resolved.Add(1, Tag("kind", resolved.Kind));
        }
    }

    public void WatermarkLag(string pipeline, TimeSpan lag) => _lag[pipeline] = lag.TotalSeconds;

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
