using StreamBert.Contracts;
using StreamBert.Gateway.Following;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Gateway.Alerts;

/// <summary>Keeps the silences and acknowledgements.</summary>
internal sealed class AlertActionFollower(
    IEventLog log, LiveEventHub hub, UnusableRecords unusable, Readiness readiness, Supervisor supervisor, TimeProvider time)
    : TopicFollower<AlertActions>(Topics.AlertActions, new(), long.MaxValue, log, hub, unusable, readiness, supervisor, time)
{
    protected override void Apply(AlertActions state, LogRecord record) => state.Apply(record);
}
