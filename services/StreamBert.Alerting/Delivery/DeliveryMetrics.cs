using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Alerting.Delivery;

/// <summary>
/// The instruments of the deliveries, on the meter <c>StreamBert.Alerting</c>. They have a value for each receiver from the start.
/// </summary>
internal sealed class DeliveryMetrics
{
    private static readonly string[] States =
        [NotificationStates.Delivered, NotificationStates.Retrying, NotificationStates.Undeliverable];

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Receiver, string State), long> _counts = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset?> _pendingSince = [];

    /// <summary>Creates the instruments.</summary>
    public DeliveryMetrics(IOptions<AlertingOptions> options, TimeProvider time)
    {
        _time = time;
        foreach (var receiver in options.Value.Receivers)
        {
            SetPending(receiver.Name, null);
            foreach (var state in States)
                _counts[(receiver.Name, state)] = 0;
        }
        var meter = Telemetry.Meter("Alerting");
        meter.CreateObservableCounter(
            "streambert.alerting.notifications", MeasureCounts, "{notification}",
            "Notifications by receiver and state (delivered, undeliverable), and attempts that failed (retrying).");
        meter.CreateObservableGauge(
            "streambert.alerting.oldest_pending", MeasureAges, "s", "Age of the oldest notification that a receiver has not accepted yet.");
    }

    /// <summary>Counts a notification, or an attempt that failed.</summary>
    public void Count(string receiver, string state) => _counts.AddOrUpdate((receiver, state), 1, static (_, count) => count + 1);

    /// <summary>Sets when the oldest notification that waits for a receiver was requested; null: none waits.</summary>
    public void SetPending(string receiver, DateTimeOffset? requestedAt) => _pendingSince[receiver] = requestedAt;

    private IEnumerable<Measurement<long>> MeasureCounts() => _counts.Select(static count => new Measurement<long>(
        count.Value, Tag("receiver", count.Key.Receiver), Tag("state", count.Key.State)));

    private IEnumerable<Measurement<double>> MeasureAges() => _pendingSince.Select(pending => new Measurement<double>(
        pending.Value is { } since ? Math.Max(0, (_time.GetUtcNow() - since).TotalSeconds) : 0, Tag("receiver", pending.Key)));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
