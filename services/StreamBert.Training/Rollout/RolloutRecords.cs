using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Training.Registry;

namespace StreamBert.Training.Rollout;

/// <summary>Creates the events of rollouts and their records. The events are the state of a rollout; there is no other.</summary>
public sealed class RolloutRecords(RolloutOptions options, TimeProvider time)
{
    /// <summary>Returns the first stage of a rollout.</summary>
    /// <param name="candidate">The promotion that the rollout is to end with.</param>
    public RolloutChanged Start(ModelPromoted candidate, string stage, string champion, string by, string reason, LogEnds ends) => new()
    {
        Model = candidate.Model,
        Version = candidate.Version,
        Champion = champion,
        Stage = stage,
        Share = options.ShareOf(stage),
        Directory = candidate.Directory,
        Sha256 = candidate.Sha256,
        Fingerprint = candidate.Fingerprint,
        Checksums = candidate.Checksums,
        ChangedAt = time.GetUtcNow(),
        By = by,
        Reason = reason,
        PredictionEnds = ends.Predictions,
        FeedbackEnds = ends.Feedback,
    };

    /// <summary>Returns the stage canary of a rollout that was in the stage shadow.</summary>
    internal RolloutChanged ToCanary(RolloutChanged rollout, string reason, IReadOnlyList<GateResult> conditions, LogEnds ends) =>
        rollout with
        {
            Stage = RolloutStages.Canary,
            Share = options.CanaryShare,
            ChangedAt = time.GetUtcNow(),
            By = ModelActors.Rollout,
            Reason = reason,
            Conditions = conditions,
            PredictionEnds = ends.Predictions,
            FeedbackEnds = ends.Feedback,
            Request = null,
        };

    /// <summary>Returns the end of a rollout.</summary>
    /// <param name="stage">One of <see cref="RolloutStages"/> that is not under way.</param>
    internal RolloutChanged End(
        RolloutChanged rollout, string stage, string by, string reason, IReadOnlyList<GateResult>? conditions = null) => rollout with
        {
            Stage = stage,
            Share = 0,
            ChangedAt = time.GetUtcNow(),
            By = by,
            Reason = reason,
            Conditions = conditions ?? [],
            PredictionEnds = [],
            FeedbackEnds = [],
            Request = null,
        };

    /// <summary>Returns the record of an event and of its audit entry.</summary>
    internal static IReadOnlyList<NewRecord> ToRecords(RolloutChanged change) =>
        [EventRecord.Create(Topics.Models, change.Model, change, change.ChangedAt), ModelAudit.OfRollout(change)];
}
