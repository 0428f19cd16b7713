using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Sessions;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Monitoring;

/// <summary>
/// The instruments of the service, on the meter <c>StreamBert.Monitoring</c>. They count what was committed, so that a reprocessed record
/// counts once.
/// </summary>
internal sealed class MonitoringMetrics
{
    private readonly Counter<long> _predictions, _duplicates, _lost, _skipped, _windows, _late, _untracked, _raised, _resolved;
    private readonly ConcurrentDictionary<string, double> _watermarkLags = [];

    public MonitoringMetrics()
    {
        var meter = Telemetry.Meter("Monitoring");
        Counter<long> Counter(string name, string unit, string description) =>
            meter.CreateCounter<long>($"streambert.monitoring.{name}", $"{{{unit}}}", description);

        _predictions = Counter("predictions", "prediction", "Predictions counted into windows.");
        _duplicates = Counter("duplicates", "prediction", "Predictions skipped because one of the same text had been counted.");
        _lost = Counter("lost", "prediction", "Predictions that the log no longer held when the monitor reached them.");
        _skipped = Counter("skipped", "record", "Skipped records, by reason.");
        _windows = Counter("windows.closed", "window", "Closed event-time windows, by pipeline.");
        _late = Counter("late", "prediction", "Predictions later than allowed, by pipeline and outcome (revised, dropped).");
        _untracked = Counter("untracked", "use", "Uses of groups, segments, entities and labels that are not tracked, by pipeline.");
        _raised = Counter("alerts.raised", "alert", "Raised alerts, by kind.");
        _resolved = Counter("alerts.resolved", "alert", "Resolved alerts, by kind.");
        meter.CreateObservableGauge(
            "streambert.monitoring.watermark.lag",
            () => _watermarkLags.Select(static lag => new Measurement<double>(lag.Value, Tag("pipeline", lag.Key))),
            "s", "Difference between the current time and the watermark, by pipeline.");
    }

    /// <summary>Records a commit.</summary>
    public void Record(SessionSummary summary, DateTimeOffset now)
    {
        _predictions.Add(summary.Predictions);
        _duplicates.Add(summary.Duplicates);
        _lost.Add(summary.Lost);
        foreach (var (reason, count) in summary.Skipped)
            _skipped.Add(count, Tag("reason", reason));
        RecordWindows(summary.Outputs);
        RecordAlerts(summary.Outputs);
        foreach (var change in summary.EventTimes)
            RecordEventTime(change.Before, change.After);
        foreach (var (pipeline, watermark) in summary.Watermarks)
            _watermarkLags[pipeline] = (now - watermark).TotalSeconds;
    }

    private void RecordWindows(IReadOnlyList<MonitorOutput> outputs)
    {
        var windows = outputs.OfType<MonitorOutput.Trend>().Select(static output => output.Value).Where(static trend => trend.Revision == 0)
            .Select(static trend => (trend.Series.Pipeline, trend.Window.Start)).Distinct();
        foreach (var pipeline in windows.GroupBy(static window => window.Pipeline))
            _windows.Add(pipeline.Count(), Tag("pipeline", pipeline.Key));
    }

    private void RecordAlerts(IReadOnlyList<MonitorOutput> outputs)
    {
        foreach (var raised in outputs.OfType<MonitorOutput.RaisedAlert>())
            _raised.Add(1, Tag("kind", raised.Value.Kind));
        foreach (var resolved in outputs.OfType<MonitorOutput.ResolvedAlert>())
            _resolved.Add(1, Tag("kind", resolved.Value.Kind));
    }

    private void RecordEventTime(EventTimeUpdated before, EventTimeUpdated after)
    {
        var pipeline = Tag("pipeline", after.Pipeline);
        AddPositive(_late, after.Late - before.Late, pipeline, Tag("outcome", "revised"));
        AddPositive(_late, after.TooLate - before.TooLate, pipeline, Tag("outcome", "dropped"));
        AddPositive(_untracked, after.Untracked - before.Untracked, pipeline);
    }

    private static void AddPositive(Counter<long> counter, long count, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (count > 0)
            counter.Add(count, tags);
    }

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);
}
