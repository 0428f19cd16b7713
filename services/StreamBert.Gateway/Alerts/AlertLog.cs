using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Alerts;

/// <summary>
/// Reads from the log the alerts that the state store no longer holds. Each page reads the topic, which keeps all alerts, once.
/// </summary>
internal sealed class AlertLog(IEventLog log, TimeProvider time)
{
    /// <summary>Reads a page of the alerts before a position, the latest first.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public async Task<StatePage<AlertView>> ReadAsync(
        AlertFilter filter, int limit, StateCursor before, CancellationToken cancellation)
    {
        var page = new OlderAlerts(filter, limit, before);
        await foreach (var record in log.ReadToEndAsync(Topics.Alerts, null, cancellation, awaitOpenTransactions: true))
        {
            switch (LoggedEvent.Read(record, time.GetUtcNow()).Event)
            {
                case AlertRaised raised:
                    page.Add(raised, record.Bytes);
                    break;
                case AlertResolved resolved:
                    page.Add(resolved);
                    break;
            }
        }
        return page.ToPage();
    }
}
