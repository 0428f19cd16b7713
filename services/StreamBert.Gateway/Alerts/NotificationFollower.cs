using StreamBert.Contracts;
using StreamBert.Gateway.Following;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Alerts;

/// <summary>Keeps the latest messages to receivers.</summary>
internal sealed class NotificationFollower(
    IEventLog log, LiveEventHub hub, UnusableRecords unusable, Readiness readiness, Supervisor supervisor, TimeProvider time)
    : TopicFollower<NotificationHistory>(Topics.Notifications, new(), MaxRecords, log, hub, unusable, readiness, supervisor, time)
{
    /// <summary>The stored records that are read at the start: of each message its request and some reports.</summary>
    private const long MaxRecords = 10_000;

    protected override void Apply(NotificationHistory state, LogRecord record) => state.Apply(record);
}
