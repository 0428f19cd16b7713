using StreamBert.Contracts;
using StreamBert.Streaming.Audit;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Registry;

/// <summary>Creates the audit records of changes of the registry and of the serving version.</summary>
public static class ModelAudit
{
    internal static NewRecord OfPromotion(ModelPromoted promoted, string actor) => AuditTrail.Record(new()
    {
        At = promoted.PromotedAt,
        Actor = actor,
        Action = AuditActions.ModelPromoted,
        Target = $"{promoted.Model}/{promoted.Version}",
        Details = new Dictionary<string, string> { ["previous"] = promoted.Previous ?? "none", ["sha256"] = promoted.Sha256 },
    });

    internal static NewRecord OfRollback(ModelRolledBack rollback) => AuditTrail.Record(new()
    {
        At = rollback.RolledBackAt,
        Actor = rollback.By,
        Action = AuditActions.ModelRolledBack,
        Target = $"{rollback.Model}/{rollback.To}",
        Details = new Dictionary<string, string> { ["from"] = rollback.From, ["reason"] = rollback.Reason },
    });

    internal static NewRecord OfRollout(RolloutChanged rollout) => AuditTrail.Record(new()
    {
        At = rollout.ChangedAt,
        Actor = rollout.By,
        Action = AuditActions.RolloutChanged,
        Target = $"{rollout.Model}/{rollout.Version}",
        Details = new Dictionary<string, string>
        {
            ["stage"] = rollout.Stage,
            ["champion"] = rollout.Champion,
            ["reason"] = rollout.Reason,
        },
    });

    internal static NewRecord OfPin(PinChanged pin) => AuditTrail.Record(new()
    {
        At = pin.ChangedAt,
        Actor = pin.By,
        Action = pin.Pinned ? AuditActions.ModelPinned : AuditActions.ModelUnpinned,
        Target = $"{pin.Model}/{pin.Version}",
        Details = pin.Reason is { } reason ? new Dictionary<string, string> { ["reason"] = reason } : [],
    });

    internal static NewRecord OfTrainingRequest(TrainingRequested request) => AuditTrail.Record(new()
    {
        At = request.OccurredAt,
        Actor = request.By,
        Action = AuditActions.TrainingRequested,
        Target = request.Model,
    });

    /// <summary>Creates the record of a version that is removed from the registry.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="actor">Who removes it.</param>
    /// <param name="at">When.</param>
    public static NewRecord OfRemoval(string model, string version, string actor, DateTimeOffset at) => AuditTrail.Record(new()
    {
        At = at,
        Actor = actor,
        Action = AuditActions.ModelRemoved,
        Target = $"{model}/{version}",
    });
}
