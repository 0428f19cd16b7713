using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Alerts;

/// <summary>The latest messages to receivers with their last states, from the records of <see cref="Topics.Notifications"/>.</summary>
internal sealed class NotificationHistory
{
    /// <summary>The messages that are kept.</summary>
    internal const int Capacity = 2_000;

    private readonly Dictionary<string, NotificationView> _messages = [];
    /// <summary>The ids of alerts that are kept with the messages, so that messages about thousands of alerts take no gigabytes.</summary>
    internal const int AlertCapacity = 100_000;

    private readonly LinkedList<string> _order = [];
    private long _alerts;

    /// <summary>Applies a record after those before it; one that cannot be read changes nothing.</summary>
    public void Apply(LogRecord record)
    {
        switch (EventRecord.TypeOf(record))
        {
            case nameof(NotificationRequested) when EventReader.Read<NotificationRequested>(record, out var message) is null:
                Add(message);
                break;
            case nameof(NotificationReported) when EventReader.Read<NotificationReported>(record, out var report) is null:
                if (_messages.TryGetValue(report.Id, out var known))
                    _messages[report.Id] = known.With(report);
                break;
        }
    }

    /// <summary>Lists messages, the latest first.</summary>
    public IReadOnlyList<NotificationView> List(Func<NotificationView, bool> filter, int limit) =>
        [.. _order.Select(id => _messages[id]).Where(filter).Take(limit)];

    private void Add(NotificationRequested message)
    {
        if (!_messages.TryAdd(message.Id, NotificationView.Of(message)))
            return;
        _order.AddFirst(message.Id);
        _alerts += message.Alerts.Count;
        while (_order.Count > Capacity || (_alerts > AlertCapacity && _order.Count > 1))
        {
            _alerts -= _messages[_order.Last!.Value].Alerts.Count;
            _messages.Remove(_order.Last.Value);
            _order.RemoveLast();
        }
    }
}
