using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Alerts;

/// <summary>
/// The silences and acknowledgements of <see cref="Topics.AlertActions"/>, in the order of the log. They are in the log only, so that they
/// survive a restart and a rebuild of the state store.
/// </summary>
public sealed class AlertActions
{
    private readonly Dictionary<string, Silence> _silences = [];
    private readonly Dictionary<string, AlertAcknowledged> _acknowledged = [];

    /// <summary>All silences, also those that have ended, the latest first.</summary>
    public IReadOnlyList<Silence> Silences =>
    [
        .. _silences.Values.OrderByDescending(static silence => silence.Created.CreatedAt)
            .ThenBy(static silence => silence.Created.Id, StringComparer.Ordinal),
    ];

    /// <summary>Reads the actions from the log; a record that cannot be read changes nothing.</summary>
    public static async Task<AlertActions> ReadAsync(IEventLog log, CancellationToken cancellation)
    {
        var actions = new AlertActions();
        await foreach (var record in log.ReadToEndAsync(Topics.AlertActions, null, cancellation, awaitOpenTransactions: true))
            actions.Apply(record);
        return actions;
    }

    /// <summary>Appends a silence and its audit entry in one step.</summary>
    /// <returns>The position of the silence.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public static Task<RecordPosition> AppendAsync(IEventLog log, SilenceCreated silence, CancellationToken cancellation) => AppendAsync(
        log, silence.Id, silence, silence.CreatedAt, silence.Actor, AuditActions.AlertsSilenced, string.Join(", ", silence.Matchers),
        silence.Comment, cancellation);

    /// <summary>Appends the end of a silence and its audit entry in one step.</summary>
    /// <returns>The position of the end.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public static Task<RecordPosition> AppendAsync(IEventLog log, SilenceExpired expired, CancellationToken cancellation) => AppendAsync(
        log, expired.Id, expired, expired.ExpiredAt, expired.Actor, AuditActions.SilenceExpired, expired.Id, null, cancellation);

    /// <summary>Appends an acknowledgement, or its withdrawal, and its audit entry in one step.</summary>
    /// <returns>The position of the acknowledgement.</returns>
    /// <exception cref="LogUnavailableException">The log cannot be written; nothing was changed.</exception>
    public static Task<RecordPosition> AppendAsync(IEventLog log, AlertAcknowledged taken, CancellationToken cancellation) => AppendAsync(
        log, taken.AlertId, taken, taken.AcknowledgedAt, taken.Actor,
        taken.Withdrawn ? AuditActions.AcknowledgementWithdrawn : AuditActions.AlertAcknowledged, taken.AlertId, taken.Comment,
        cancellation);

    /// <summary>Applies a record of the topic after those before it; one that cannot be read changes nothing.</summary>
    public void Apply(LogRecord record)
    {
        switch (EventRecord.TypeOf(record))
        {
            case nameof(SilenceCreated) when EventReader.Read<SilenceCreated>(record, out var created) is null:
                _silences[created.Id] = new(created);
                break;
            case nameof(SilenceExpired) when EventReader.Read<SilenceExpired>(record, out var expired) is null:
                if (_silences.TryGetValue(expired.Id, out var silence))
                    silence.Expired ??= expired;
                break;
            case nameof(AlertAcknowledged) when EventReader.Read<AlertAcknowledged>(record, out var taken) is null:
                _acknowledged[taken.AlertId] = taken;
                break;
        }
    }

    /// <summary>Returns the silence with an id; null if there is none.</summary>
    public Silence? Find(string id) => _silences.GetValueOrDefault(id);

    /// <summary>Returns a silence that mutes an alert with these <see cref="AlertLabels"/> at a time; null if none does.</summary>
    public Silence? SilenceOf(IReadOnlyDictionary<string, string> labels, DateTimeOffset at) =>
        _silences.Values.Where(silence => silence.IsActive(at) && silence.Matches(labels)).MaxBy(static silence => silence.EndsAt);

    /// <summary>Returns the acknowledgement of an alert; null if there is none, or it was withdrawn.</summary>
    public AlertAcknowledged? AcknowledgementOf(string alertId) =>
        _acknowledged.GetValueOrDefault(alertId) is { Withdrawn: false } taken ? taken : null;

    private static async Task<RecordPosition> AppendAsync<T>(
        IEventLog log, string key, T action, DateTimeOffset at, string actor, string code, string target, string? comment,
        CancellationToken cancellation)
    {
        var audit = new AuditEntry
        {
            At = at,
            Actor = actor,
            Action = code,
            Target = target,
            Details = comment is null ? [] : new Dictionary<string, string> { ["comment"] = comment },
        };
        var positions = await log.AppendAsync(
            [EventRecord.Create(Topics.AlertActions, key, action, at), AuditTrail.Record(audit)], cancellation, atomic: true);
        return positions[0];
    }
}
