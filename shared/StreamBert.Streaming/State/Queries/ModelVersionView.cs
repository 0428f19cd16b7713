using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>The values of <see cref="ModelVersionView.State"/>.</summary>
public static class ModelStates
{
    /// <summary>Workers classify with the version.</summary>
    public const string Serving = "serving";

    /// <summary>The version served before.</summary>
    public const string Retired = "retired";

    /// <summary>The version is a candidate and classifies copies of texts.</summary>
    public const string Shadow = RolloutStages.Shadow;

    /// <summary>The version is a candidate and answers a share of the keys.</summary>
    public const string Canary = RolloutStages.Canary;

    /// <summary>The rollout of the version was ended before it served.</summary>
    public const string RolledBack = RolloutStages.RolledBack;

    /// <summary>The version passed its gates and does not serve yet.</summary>
    public const string Accepted = "accepted";

    /// <summary>A gate rejected the version.</summary>
    public const string Rejected = "rejected";

    /// <summary>The version should serve, but workers refuse it, for example because its package is damaged.</summary>
    public const string Refused = "refused";
}

/// <summary>Everything that is known of one version of a model.</summary>
public sealed record ModelVersionView
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>One of <see cref="ModelStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>The number of predictions of this version, as far as the log reaches.</summary>
    public required long Predictions { get; init; }

    /// <summary>The latest reports: from its own training or promotion, otherwise as the champion of a later training.</summary>
    public IReadOnlyList<ClassificationReport> Reports { get; init => field = value ?? []; } = [];

    /// <summary>The training of this version.</summary>
    public ModelTrained? Trained { get; init; }

    /// <summary>The last promotion of this version.</summary>
    public ModelPromoted? Promoted { get; init; }

    /// <summary>The last rollback from this version.</summary>
    public ModelRolledBack? RolledBack { get; init; }

    /// <summary>The last change of the rollout of this version.</summary>
    public RolloutChanged? Rollout { get; init; }

    /// <summary>
    /// What the stage of the rollout that is under way has measured so far; null if none is, and before the first report.
    /// </summary>
    public RolloutProgressed? RolloutProgress { get; init; }

    /// <summary>The last change of the pin of this version; while it is pinned and serves, training does not replace it.</summary>
    public PinChanged? Pin { get; init; }

    /// <summary>The last report of a training run of the model; on the serving version only.</summary>
    public TrainingReported? Training { get; init; }

    /// <summary>Why workers refuse this version, and which version serves instead; null unless they refuse it.</summary>
    public ModelRefused? Refused { get; init; }
}
