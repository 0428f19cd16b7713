using System.Diagnostics.Metrics;
using StreamBert.Gateway.Live;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Gateway;

/// <summary>Publishes the metrics of the Gateway.</summary>
internal sealed class GatewayMetrics
{
    private static readonly Meter Meter = Telemetry.Meter("Gateway");

    private readonly Counter<long> _closedConnections = Meter.CreateCounter<long>(
        "streambert.connections.closed", "{connection}", "Connections closed to limit their number, by reason.");
    private readonly Counter<long> _signInFailures = Meter.CreateCounter<long>(
        "streambert.sign_in.failures", "{failure}", "Rejected credentials, by scheme.");

    /// <summary>Creates the gauges, which show the latest calculated ledger.</summary>
    public static void AddGauges(LedgerReader ledger, LiveEventHub hub)
    {
        Meter.CreateObservableGauge(
            "streambert.ledger.records", () => ObserveRecords(ledger.Last), "{record}",
            "Records of each input partition by state; in = out + dead_lettered + in_flight + unreadable.");
        Meter.CreateObservableGauge(
            "streambert.ledger.unreadable_outputs", () => ledger.Last?.UnreadableOutputs ?? 0, "{record}",
            "Records of predictions and dead-letter that cannot be read.");
        Meter.CreateObservableGauge(
            "streambert.group.lag", () => ObserveLag(ledger.Last), "{record}", "Records that a consumer group has not committed yet.");
        Meter.CreateObservableGauge(
            "streambert.live.subscribers", () => hub.Subscribers, "{subscriber}", "Open dashboards and event streams.");
    }

    public void RecordClosedConnection(string reason) => _closedConnections.Add(1, Tag("reason", reason));

    public void RecordSignInFailure(string scheme) => _signInFailures.Add(1, Tag("scheme", scheme));

    private static IEnumerable<Measurement<long>> ObserveRecords(LedgerView? ledger) =>
        from line in ledger?.Topics ?? []
        from partition in line.Partitions
        from count in CountByState(partition)
        let records = count.Records
        where records is not null
        select new Measurement<long>(
            records.GetValueOrDefault(), Tag("pipeline", line.Pipeline ?? ""), Tag("topic", line.Topic),
                Tag("partition", partition.Partition),
            Tag("state", count.State));

    private static (string State, long? Records)[] CountByState(LedgerPartition partition) =>
    [
        ("in", partition.In),
        ("in_flight", partition.InFlight),
        ("out", partition.Out),
        ("dead_lettered", partition.DeadLettered),
        ("unreadable", partition.Unreadable),
    ];

    private static IEnumerable<Measurement<long>> ObserveLag(LedgerView? ledger) =>
        (ledger?.Lag ?? []).Select(static lag => new Measurement<long>(lag.Lag, Tag("group", lag.Group), Tag("topic", lag.Topic)));

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
