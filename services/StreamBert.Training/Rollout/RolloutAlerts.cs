using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Rollout;

/// <summary>
/// Creates the records of the alert about a candidate that was rolled back without a person. It fires until a version of the model is
/// promoted, or a person decides on the model in another way.
/// </summary>
internal static class RolloutAlerts
{
    /// <summary>Returns the id of the alert about the end of a rollout.</summary>
    public static string IdOf(RolloutChanged ended) =>
        $"{FingerprintOf(ended.Model)}/{ended.Version}/{ended.ChangedAt.UtcTicks}";

    /// <summary>Returns the records that raise the alert; one about an earlier candidate is resolved.</summary>
    /// <param name="ended">The end of the rollout, with its <see cref="RolloutChanged.AlertId"/>.</param>
    /// <param name="startedAt">When the stage began that was judged.</param>
    /// <param name="texts">The number of texts that the stage was judged on.</param>
    /// <param name="series">The series to show the alert with.</param>
    public static IReadOnlyList<NewRecord> Raise(
        ModelHistory history, RolloutChanged ended, DateTimeOffset startedAt, long texts, SeriesKey series) =>
    [
        .. Resolve(history, ended.ChangedAt, $"{ended.Version} was rolled back, too.", series),
        Record(ended.Model, Alert(ended, startedAt, texts, series), ended.ChangedAt),
    ];

    /// <summary>Returns the record that resolves the alert which the history leaves firing; none if none fires.</summary>
    /// <param name="decision">The promotion or the decision of a person.</param>
    /// <param name="series">The series that the alert is shown with.</param>
    public static IReadOnlyList<NewRecord> Resolve(ModelHistory history, object decision, SeriesKey series) => decision switch
    {
        ModelPromoted promoted => Resolve(history, promoted.PromotedAt, $"{promoted.By} promoted {promoted.Version}.", series),
        ModelRolledBack rollback => Resolve(
            history, rollback.RolledBackAt, $"{rollback.By} rolled {rollback.From} back to {rollback.To}.", series),
        PinChanged pin => Resolve(history, pin.ChangedAt, $"{pin.By} {(pin.Pinned ? "pinned" : "unpinned")} {pin.Version}.", series),
        RolloutChanged rollout when ModelActors.IsPerson(rollout.By) => Resolve(
            history, rollout.ChangedAt, $"{rollout.By} decided on {rollout.Version}: {rollout.Stage}.", series),
        _ => [],
    };

    private static IReadOnlyList<NewRecord> Resolve(ModelHistory history, DateTimeOffset at, string message, SeriesKey series)
    {
        if (history.AlertedRollback is not { AlertId: { } id } alerted)
            return [];
        var resolved = new AlertResolved
        {
            Id = id,
            Fingerprint = FingerprintOf(alerted.Model),
            Kind = AlertKinds.RolloutRolledBack,
            Series = series,
            ResolvedAt = at,
            Value = 0,
            Baseline = 0,
            Message = message,
        };
        return [Record(alerted.Model, resolved, at)];
    }

    private static AlertRaised Alert(RolloutChanged ended, DateTimeOffset startedAt, long texts, SeriesKey series) => new()
    {
        Id = ended.AlertId!,
        Fingerprint = FingerprintOf(ended.Model),
        Kind = AlertKinds.RolloutRolledBack,
        Series = series,
        Severity = "warning",
        Title = $"{ended.Version} was rolled back; {ended.Champion} serves",
        Message = $"The rollout of {ended.Version} ended without a person: {ended.Reason}. The version is kept. Look at its conditions on "
            + "the page Models; then promote a version, or pin the one that serves.",
        Window = new(startedAt, ended.ChangedAt),
        RaisedAt = ended.ChangedAt,
        Value = 1,
        Baseline = 0,
        Unit = "rolled-back candidates",
        Count = texts,
        Evidence = 0,
        EvidenceKind = "count, rolled-back candidates",
    };

    private static string FingerprintOf(string model) => $"{AlertKinds.RolloutRolledBack}/{model}";

    private static NewRecord Record<T>(string model, T alert, DateTimeOffset at) =>
        EventRecord.Create(Topics.Alerts, FingerprintOf(model), alert, at);
}
