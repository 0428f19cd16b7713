using System.Diagnostics;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Alerting.Planning;

/// <summary>
/// Continues the traces of alerts in the messages about them. They are not stored: after a restart the messages have none.
/// </summary>
internal sealed class AlertTraces
{
    private const string Part = "Alerting", Step = "plan notification";
    private const int MaxTraces = 10_000;
    private readonly Dictionary<string, ActivityContext> _traces = [];

    /// <summary>Notes the trace of a record of an alert.</summary>
    public void Add(LogRecord record)
    {
        if (record.Position.Topic != Topics.Alerts || record.Key is null || RecordTrace.ContextOf(record.Headers) is not { } context)
            return;
        if (_traces.Count >= MaxTraces)
            _traces.Clear();
        _traces[Encoding.UTF8.GetString(record.Key)] = context;
    }

    /// <summary>Returns the record of a message, in the trace of the first of its alerts that has one.</summary>
    public NewRecord Create(NotificationRequested message)
    {
        var record = EventRecord.Create(Topics.Notifications, message.Receiver, message, message.RequestedAt);
        var fingerprint = message.Alerts.Select(static alert => alert.Fingerprint).FirstOrDefault(_traces.ContainsKey);
        if (fingerprint is null)
            return record;
        var parent = _traces[fingerprint];
        using var span = RecordTrace.Start(Part, Step, ActivityKind.Producer, parent);
        span?.SetTag("streambert.receiver", message.Receiver);
        return RecordTrace.With(record, span, parent);
    }
}
