using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Alerting.State;

/// <summary>
/// Everything that decisions about messages rest on: the alerts, what people did about them, and the messages so far. All of it is in the
/// log, so that a service that was killed decides as if it had not been.
/// </summary>
internal sealed class AlertingState
{
    private readonly Dictionary<(string Receiver, string Group), Incident> _incidents = [];
    private readonly Dictionary<(string Topic, int Partition), long> _nextOffsets = [];

    /// <summary>The topics that change the state while the service runs; the messages are its own.</summary>
    public static IReadOnlyList<string> InputTopics { get; } = [Topics.Alerts, Topics.AlertActions];

    /// <summary>The alerts.</summary>
    public KnownAlerts Alerts { get; } = new();

    /// <summary>The silences and acknowledgements.</summary>
    public AlertActions Actions { get; } = new();

    /// <summary>Reads the state from the log.</summary>
    public static async Task<AlertingState> ReadAsync(IEventLog log, CancellationToken cancellation)
    {
        var state = new AlertingState();
        foreach (var topic in InputTopics.Append(Topics.Notifications))
        {
            await foreach (var record in log.ReadToEndAsync(topic, null, cancellation, awaitOpenTransactions: true))
                state.Apply(record);
        }
        return state;
    }

    /// <summary>Applies a record after those before it; applying one again changes nothing.</summary>
    /// <returns>What is wrong with the record, which then changes nothing; null if nothing is.</returns>
    public RecordFault? Apply(LogRecord record)
    {
        var (partition, offset) = ((record.Position.Topic, record.Position.Partition), record.Position.Offset);
        if (offset < _nextOffsets.GetValueOrDefault(partition))
            return null;
        _nextOffsets[partition] = offset + 1;
        switch (record.Position.Topic)
        {
            case Topics.Alerts:
                return Alerts.Apply(record);
            case Topics.AlertActions:
                Actions.Apply(record);
                return null;
            case Topics.Notifications when EventRecord.Is<NotificationRequested>(record):
                var fault = EventReader.Read<NotificationRequested>(record, out var message);
                if (fault is null)
                    Apply(message);
                return fault;
            default:
                return null;
        }
    }

    /// <summary>Applies a message that was stored.</summary>
    public void Apply(NotificationRequested message)
    {
        if (message.Cause == NotificationCauses.Test)
            return;
        var key = (message.Receiver, message.Group);
        _incidents[key] = Incident.Apply(_incidents.GetValueOrDefault(key), message);
    }

    /// <summary>Returns the last incident of a receiver and group; null if there was none.</summary>
    public Incident? IncidentOf(string receiver, string group) => _incidents.GetValueOrDefault((receiver, group));

    /// <summary>Returns the groups to which an open incident belongs, with the values of their labels.</summary>
    public IEnumerable<(string Group, Incident Incident)> OpenIncidents() => _incidents
        .Where(static incident => incident.Value.IsOpen).Select(static incident => (incident.Key.Group, incident.Value));
}
