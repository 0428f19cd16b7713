using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Alerts;

/// <summary>
/// Reads from the log the alerts that the state store no longer holds. Each page reads the topic, which keeps all alerts, once; one page
/// is read at a time.
/// </summary>
internal sealed class AlertLog(IEventLog log, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Reads a page of the alerts before a position, the latest first.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public async Task<StatePage<AlertView>> ReadAsync(
        AlertFilter filter, int limit, StateCursor before, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await ReadAllAsync(new(filter, limit, before), cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Finds an alert by its id; null if the log does not hold it.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public async Task<AlertView?> FindAsync(string id, CancellationToken cancellation)
    {
        var page = await ReadAsync(
            new() { Where = alert => alert.Id == id }, 1, new(double.PositiveInfinity, ""), cancellation);
        return page is [var found] ? found : null;
    }

    public void Dispose() => _turn.Dispose();

    private async Task<StatePage<AlertView>> ReadAllAsync(OlderAlerts page, CancellationToken cancellation)
    {
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
