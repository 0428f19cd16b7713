using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Alerting.State;

/// <summary>The latest alert of each rule and series, in the order of the log.</summary>
internal sealed class KnownAlerts
{
    private readonly Dictionary<string, KnownAlert> _alerts = [];

    /// <summary>All alerts, in the order in which they started firing.</summary>
    public IReadOnlyList<KnownAlert> All => [.. InOrder(_alerts.Values)];

    /// <summary>Applies a record of the topic after those before it.</summary>
    /// <returns>What is wrong with the record, which then changes nothing; null if nothing is.</returns>
    public RecordFault? Apply(LogRecord record)
    {
        if (EventRecord.Is<AlertRaised>(record))
        {
            var fault = EventReader.Read<AlertRaised>(record, out var raised);
            if (fault is null)
                Apply(raised, record.ReceivedAt);
            return fault;
        }
        var invalid = EventReader.Read<AlertResolved>(record, out var resolved);
        if (invalid is null && _alerts.TryGetValue(resolved.Fingerprint, out var alert) && alert.Raised.Id == resolved.Id)
            alert.Resolve(resolved, record.ReceivedAt ?? resolved.ResolvedAt);
        return invalid;
    }

    /// <summary>Returns alerts in the order in which they started firing.</summary>
    public static IEnumerable<KnownAlert> InOrder(IEnumerable<KnownAlert> alerts) => alerts
        .OrderBy(static alert => alert.Raised.RaisedAt).ThenBy(static alert => alert.Raised.Id, StringComparer.Ordinal);

    /// <summary>Forgets an alert that is resolved.</summary>
    public void Remove(KnownAlert alert) => _alerts.Remove(alert.Raised.Fingerprint);

    private void Apply(AlertRaised raised, DateTimeOffset? receivedAt)
    {
        if (_alerts.TryGetValue(raised.Fingerprint, out var known) && known.Raised.Id == raised.Id)
            known.Update(raised);
        else
            _alerts[raised.Fingerprint] = new(raised, receivedAt);
    }
}
