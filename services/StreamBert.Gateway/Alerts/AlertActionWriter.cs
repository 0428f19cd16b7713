using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Alerts;

/// <summary>Stores what people do about alerts, each with its audit entry, and returns once this process shows it.</summary>
internal sealed class AlertActionWriter(
    IEventLog log, AlertReader alerts, AlertDirectory directory, AlertActionFollower actions, TimeProvider time)
{
    /// <summary>Acknowledges an alert.</summary>
    /// <returns>Null if there is no such alert.</returns>
    /// <exception cref="Ingestion.InvalidRequestException">The comment is too long.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<AlertAcknowledged?> AcknowledgeAsync(string alertId, string actor, string? comment, CancellationToken cancellation)
    {
        comment = SilenceValidator.Comment(comment);
        return await alerts.FindAsync(alertId, cancellation) is null ? null : await AppendAsync(
            new() { AlertId = alertId, Actor = actor, Comment = comment, AcknowledgedAt = time.GetUtcNow() }, cancellation);
    }

    /// <summary>Withdraws the acknowledgement of an alert.</summary>
    /// <returns>Null if the alert is not acknowledged.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<AlertAcknowledged?> WithdrawAsync(string alertId, string actor, CancellationToken cancellation) =>
        await actions.ReadAsync(known => known.AcknowledgementOf(alertId), cancellation) is null ? null : await AppendAsync(
            new() { AlertId = alertId, Actor = actor, AcknowledgedAt = time.GetUtcNow(), Withdrawn = true }, cancellation);

    /// <summary>Mutes the notifications of the alerts that match.</summary>
    /// <exception cref="Ingestion.InvalidRequestException">Fields are invalid.</exception>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<CreatedSilence> SilenceAsync(SilenceRequest request, string actor, CancellationToken cancellation)
    {
        var silence = SilenceValidator.Create(request, actor, time.GetUtcNow());
        await actions.WaitForAsync(await AlertActions.AppendAsync(log, silence, cancellation), cancellation);
        return new(
            SilenceView.Of(new(silence), time.GetUtcNow()),
            await directory.CountFiringAsync(AlertMatcher.Parse(silence.Matchers), cancellation));
    }

    /// <summary>Ends a silence. One that has ended stays as it is.</summary>
    /// <returns>Null if there is no such silence.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public async Task<SilenceView?> ExpireAsync(string id, string actor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var silence = await actions.ReadAsync(known => Find(known, id, now), cancellation);
        if (silence is null or { State: SilenceView.Expired })
            return silence;
        var expired = new SilenceExpired { Id = id, Actor = actor, ExpiredAt = now };
        await actions.WaitForAsync(await AlertActions.AppendAsync(log, expired, cancellation), cancellation);
        return actions.Read(known => Find(known, id, time.GetUtcNow()));
    }

    /// <summary>Returns the matchers that select the series of an alert, whatever its severity.</summary>
    public static IReadOnlyList<string> MatchersOf(AlertRaised alert) => [$"{AlertLabels.Fingerprint}={alert.Fingerprint}"];

    private async Task<AlertAcknowledged> AppendAsync(AlertAcknowledged taken, CancellationToken cancellation)
    {
        await actions.WaitForAsync(await AlertActions.AppendAsync(log, taken, cancellation), cancellation);
        return taken;
    }

    private static SilenceView? Find(AlertActions known, string id, DateTimeOffset now) =>
        known.Find(id) is { } silence ? SilenceView.Of(silence, now) : null;
}
