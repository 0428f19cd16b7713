using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>The version of a model that the topic <c>models</c> names as the one to serve, or as the candidate of a rollout.</summary>
/// <param name="Sha256">The SHA-256 of <c>model.safetensors</c>; null where the event does not contain it.</param>
/// <param name="Fingerprint">The hash of everything that changes a prediction; null where the event does not contain it.</param>
/// <param name="Checksums">The SHA-256 of the package's list of checksums; null where the event does not contain it.</param>
internal sealed record ModelTarget(
    string Model, string Version, string Directory, string? Sha256, string? Fingerprint = null, string? Checksums = null)
{
    /// <summary>One of <see cref="RolloutStages"/>: promoted to serve, a candidate, or one whose rollout has ended.</summary>
    public string Stage { get; init; } = RolloutStages.Promoted;

    /// <summary>The share of a candidate.</summary>
    public double Share { get; init; }

    /// <summary>When the stage of a candidate began.</summary>
    public DateTimeOffset StageStart { get; init; }

    /// <summary>Whether the version is to serve.</summary>
    public bool IsToServe => Stage == RolloutStages.Promoted;

    /// <summary>Whether the version is the candidate of a rollout.</summary>
    public bool IsCandidate => RolloutStages.IsUnderWay(Stage);

    /// <summary>Returns the target that a promotion, a rollback or a step of a rollout sets; null for every other event.</summary>
    public static ModelTarget? FromEvent(object? modelEvent) => modelEvent switch
    {
        ModelPromoted promoted => new(
            promoted.Model, promoted.Version, promoted.Directory, promoted.Sha256, promoted.Fingerprint, promoted.Checksums),
        ModelRolledBack rollback => new(rollback.Model, rollback.To, rollback.Directory, null),
        RolloutChanged { Stage: not RolloutStages.Promoted } rollout => new( // its promotion follows
            rollout.Model, rollout.Version, rollout.Directory, rollout.Sha256, rollout.Fingerprint, rollout.Checksums)
        {
            Stage = rollout.Stage,
            Share = rollout.Share,
            StageStart = rollout.ChangedAt,
        },
        _ => null,
    };
}
