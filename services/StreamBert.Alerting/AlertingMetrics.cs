using System.Diagnostics.Metrics;
using StreamBert.Alerting.State;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Alerting;

/// <summary>The instruments of the service, on the meter <c>StreamBert.Alerting</c>.</summary>
internal sealed class AlertingMetrics
{
    private static readonly string[] Severities = ["warning", "critical"];

    private readonly PipelineCatalog _pipelines;
    private volatile IReadOnlyList<KnownAlert> _alerts = [];
    private volatile IReadOnlyDictionary<string, int> _muted = new Dictionary<string, int>();

    public AlertingMetrics(PipelineCatalog pipelines)
    {
        _pipelines = pipelines;
        var meter = Telemetry.Meter("Alerting");
        meter.CreateObservableGauge(
            "streambert.alerting.firing", MeasureFiring, "{alert}", "Alerts that fire, by pipeline, kind and severity.");
        meter.CreateObservableGauge(
            "streambert.alerting.muted", MeasureMuted, "{alert}",
            "Alerts that fire and that no message reports, by reason (silenced, inhibited, replayed, unrouted).");
    }

    /// <summary>Records the state after a step.</summary>
    /// <param name="alerts">The alerts.</param>
    /// <param name="muted">The firing alerts that no message reports, by reason.</param>
    public void Record(IReadOnlyList<KnownAlert> alerts, IReadOnlyDictionary<string, int> muted) => (_alerts, _muted) = (alerts, muted);

    /// <summary>Records that this instance does not decide.</summary>
    public void Clear() => Record([], new Dictionary<string, int>());

    /// <summary>Every combination is present from the start, with zero, so that a rule on an increase sees the first alert.</summary>
    private IEnumerable<Measurement<long>> MeasureFiring()
    {
        var counts = _alerts.Where(static alert => alert.Resolved is null)
            .CountBy(static alert => (alert.Raised.Series.Pipeline, alert.Raised.Kind, alert.Raised.Severity)).ToDictionary();
        var series = from pipeline in _pipelines.All.Select(static pipeline => pipeline.Name)
                     from kind in AlertKinds.All
                     from severity in Severities
                     select (pipeline, kind, severity);
        return series.Concat(counts.Keys).Distinct().Select(of => new Measurement<long>(
            counts.GetValueOrDefault(of), Tag("pipeline", of.Item1), Tag("kind", of.Item2), Tag("severity", of.Item3)));
    }

    private IEnumerable<Measurement<long>> MeasureMuted() =>
        _muted.Select(static muted => new Measurement<long>(muted.Value, Tag("reason", muted.Key)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
