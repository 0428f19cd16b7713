namespace StreamBert.Contracts;

/// <summary>
/// Reports that the rollout of a candidate has reached a stage. A later <see cref="ModelPromoted"/> or <see cref="ModelRolledBack"/> of the
/// model ends a rollout, too.
/// </summary>
public sealed record RolloutChanged
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version of the candidate.</summary>
    public required string Version { get; init; }

    /// <summary>The version that serves and that the candidate is compared with.</summary>
    public required string Champion { get; init; }

    /// <summary>One of <see cref="RolloutStages"/>.</summary>
    public required string Stage { get; init; }

    /// <summary>The share of the keys that the candidate answers, or of whose texts it gets copies; 0 after the rollout.</summary>
    public double Share { get; init; }

    /// <summary>The directory of the candidate's package below the models directory.</summary>
    public required string Directory { get; init; }

    /// <inheritdoc cref="ModelPromoted.Sha256"/>
    public required string Sha256 { get; init; }

    /// <inheritdoc cref="ModelPromoted.Fingerprint"/>
    public string? Fingerprint { get; init; }

    /// <inheritdoc cref="ModelPromoted.Checksums"/>
    public string? Checksums { get; init; }

    /// <summary>When the stage began.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>The person that began the stage, or one of <see cref="ModelActors"/>.</summary>
    public required string By { get; init; }

    /// <summary>The reason.</summary>
    public required string Reason { get; init; }

    /// <summary>What the conditions had measured when the stage before this one ended.</summary>
    public IReadOnlyList<GateResult> Conditions { get; init => field = value ?? []; } = [];

    /// <summary>The end of each partition of <see cref="Topics.Predictions"/> when the stage began: what follows is compared.</summary>
    public IReadOnlyList<long> PredictionEnds { get; init => field = value ?? []; } = [];

    /// <summary>The end of each partition of <see cref="Topics.Feedback"/> when the stage began.</summary>
    public IReadOnlyList<long> FeedbackEnds { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The <see cref="AlertRaised.Id"/> of the alert about a candidate that was rolled back without a person; else null.
    /// </summary>
    public string? AlertId { get; init; }

    /// <summary>The position of the request; null if the trainer began the stage.</summary>
    public RecordPosition? Request { get; init; }
}
