using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Gateway.Alerts;

/// <summary>Lists alerts with what people have done about them, and with the messages that were sent.</summary>
internal sealed class AlertDirectory(
    AlertReader alerts, AlertActionFollower actions, NotificationFollower notifications, TimeProvider time)
{
    private const int MaxNotifications = 100;
    private const int MaxFiring = 1_000;

    /// <summary>Describes alerts that were read.</summary>
    public Task<IReadOnlyList<AlertOverview>> DescribeAsync(IReadOnlyList<AlertView> views, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return actions.ReadAsync<IReadOnlyList<AlertOverview>>(
            known => [.. views.Select(view => Describe(view, known, now))], cancellation);
    }

    /// <summary>Describes an alert as far as the actions are known.</summary>
    public AlertOverview Describe(AlertView view)
    {
        var now = time.GetUtcNow();
        return actions.Read(known => Describe(view, known, now));
    }

    /// <summary>Finds an alert by its id; null if there is none.</summary>
    public async Task<AlertOverview?> FindAsync(string id, CancellationToken cancellation)
    {
        if (await alerts.FindAsync(id, cancellation) is not { } found)
            return null;
        var alert = (await DescribeAsync([found], cancellation))[0];
        return alert with { Notifications = await ListNotificationsAsync(id, cancellation) };
    }

    /// <summary>Lists the latest messages about an alert, the latest first.</summary>
    public Task<IReadOnlyList<NotificationView>> ListNotificationsAsync(string alertId, CancellationToken cancellation) =>
        notifications.ReadAsync(
            known => known.List(message => message.Alerts.Contains(alertId), MaxNotifications), cancellation);

    /// <summary>Lists the latest messages, or those about an alert, the latest first, as far as they are known.</summary>
    public IReadOnlyList<NotificationView> ListNotifications(string? alertId = null) => notifications.Read(
        known => known.List(message => alertId is null || message.Alerts.Contains(alertId), MaxNotifications));

    /// <summary>Lists all silences as far as they are known, the latest first.</summary>
    public IReadOnlyList<SilenceView> ListSilences()
    {
        var now = time.GetUtcNow();
        return actions.Read<IReadOnlyList<SilenceView>>(known => [.. known.Silences.Select(silence => SilenceView.Of(silence, now))]);
    }

    /// <summary>Returns a filter of alerts by what people have done; null if every alert passes.</summary>
    /// <param name="acknowledged">Whether the alerts are acknowledged; null: either.</param>
    /// <param name="silenced">Whether the alerts are muted now; null: either.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<Func<AlertRaised, bool>?> FilterAsync(bool? acknowledged, bool? silenced, CancellationToken cancellation)
    {
        if (acknowledged is null && silenced is null)
            return null;
        await actions.ReadAsync(static _ => true, cancellation);
        var now = time.GetUtcNow();
        return alert => actions.Read(known =>
            (acknowledged is not { } taken || known.AcknowledgementOf(alert.Id) is not null == taken)
            && (silenced is not { } muted || known.SilenceOf(AlertLabels.Of(alert), now) is not null == muted));
    }

    /// <summary>Lists the alerts that fire now and match, the latest first; of very many only the latest.</summary>
    public async Task<IReadOnlyList<AlertView>> ListFiringAsync(IReadOnlyList<AlertMatcher> matchers, CancellationToken cancellation)
    {
        var filter = AlertFilter.Open with { Where = alert => AlertMatcher.MatchAll(matchers, AlertLabels.Of(alert)) };
        return await alerts.ReadAsync(filter, MaxFiring, null, cancellation);
    }

    /// <summary>Counts the alerts that fire now and match; null if the state store cannot be read.</summary>
    public async Task<int?> CountFiringAsync(IReadOnlyList<AlertMatcher> matchers, CancellationToken cancellation)
    {
        try
        {
            return (await ListFiringAsync(matchers, cancellation)).Count;
        }
        catch (StateUnavailableException)
        {
            return null;
        }
    }

    private static AlertOverview Describe(AlertView view, AlertActions known, DateTimeOffset now) => new(
        view.Raised, view.Resolved,
        known.SilenceOf(AlertLabels.Of(view.Raised), now) is { } silence ? SilenceView.Of(silence, now) : null,
        known.AcknowledgementOf(view.Raised.Id));
}
