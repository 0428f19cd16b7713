using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.State;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Alerts;

/// <summary>Pages through all alerts, the latest first: those of the state store, then older ones from the log.</summary>
internal sealed class AlertReader(StateStore store, AlertLog log, SubjectVault vault)
{
    /// <summary>Reads a page.</summary>
    /// <param name="filter">Selects the alerts.</param>
    /// <param name="limit">The most alerts of the page.</param>
    /// <param name="after">The cursor of the page before; null: the first page.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="lease">The memory of the request; null: that of one page.</param>
    /// <returns>The page; without a cursor at the first alert that the log holds.</returns>
    public async Task<StatePage<AlertView>> ReadAsync(
        AlertFilter filter, int limit, StateCursor? after, CancellationToken cancellation, ReadLease? lease = null)
    {
        var end = await store.FindEndOfAlertsAsync(filter.OpenOnly, cancellation);
        if (end is not null && after is not null && StateCursor.Order.Compare(after, end) <= 0)
            return vault.Open(await log.ReadAsync(filter, limit, after, cancellation));
        var stored = await store.ListAlertsAsync(filter, limit, cancellation, after, lease);
        if (end is null || stored.Next is not null)
            return vault.Open(stored);
        // Retention may have removed alerts since the end was found: what follows the last one that was read comes from the log.
        if (stored is [.., var last])
            end = StateCursor.Of(last.Raised.RaisedAt, last.Raised.Id);
        if (stored.Count == limit)
            return vault.Open(new StatePage<AlertView>(stored, end));
        var older = await log.ReadAsync(filter, limit - stored.Count, end, cancellation);
        return vault.Open(new StatePage<AlertView>([.. stored, .. older], older.Next));
    }

    /// <summary>Finds an alert by its id; null if neither the state store nor the log holds it.</summary>
    public async Task<AlertView?> FindAsync(string id, CancellationToken cancellation)
    {
        var found = await FindStoredAsync(id, cancellation) ?? await log.FindAsync(id, cancellation);
        return found is null ? null : found with { Raised = vault.Open([found.Raised])[0] };
    }

    /// <summary>Without the state store, the log has the alert.</summary>
    private async Task<AlertView?> FindStoredAsync(string id, CancellationToken cancellation)
    {
        try
        {
            return await store.FindAlertAsync(id, cancellation);
        }
        catch (StateUnavailableException)
        {
            return null;
        }
    }
}
