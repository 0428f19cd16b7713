namespace StreamBert.Contracts;

/// <summary>Precision, recall, F1 and support of one class.</summary>
public sealed record ClassMetrics(string Label, double Precision, double Recall, double F1, long Support);

/// <summary>An average of precision, recall and F1.</summary>
public sealed record AverageMetrics(double Precision, double Recall, double F1);

/// <summary>
/// A full classification report of one head on one data set. Of a head that names entities, the classes are the types: an entity counts
/// only if
/// its type and both its ends are right; the accuracy and the calibration error are those of the words' tags.
/// </summary>
public sealed record ClassificationReport
{
    public required string Head { get; init; }
    public required string Data { get; init; }

    /// <summary>Texts, or words of a report by words.</summary>
    public required long Count { get; init; }
    public required double Accuracy { get; init; }
    public required IReadOnlyList<ClassMetrics> Classes { get; init; }
    public required AverageMetrics Micro { get; init; }
    public required AverageMetrics Macro { get; init; }
    public required AverageMetrics Weighted { get; init; }

    /// <summary>Expected calibration error over 15 bins.</summary>
    public double CalibrationError { get; init; }

    /// <summary>Of a head that names entities: the same by the tag of each word.</summary>
    public ClassificationReport? Words { get; init; }
}

/// <summary>A candidate was trained and judged. It serves only if a <see cref="ModelPromoted"/> follows.</summary>
public sealed record ModelTrained
{
    /// <summary>The model's name, such as <c>default</c>: what pipelines refer to.</summary>
    public required string Model { get; init; }
    public required string Version { get; init; }

    /// <summary>The version it was trained from; null for an imported one.</summary>
    public string? Parent { get; init; }
    public required DateTimeOffset TrainedAt { get; init; }
    public required double TrainingSeconds { get; init; }
    public required int FeedbackCount { get; init; }
    public required int ReplayCount { get; init; }

    /// <summary>Candidate and champion on the same held-out set, by head.</summary>
    public required IReadOnlyList<ClassificationReport> Candidate { get; init; }
    public IReadOnlyList<ClassificationReport> Champion { get; init => field = value ?? []; } = [];

    /// <summary>Head → its labels, of heads that answer with labels; null in events of earlier versions of this program.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }

    public required bool Accepted { get; init; }

    /// <summary>Each gate with its outcome, in words.</summary>
    public required IReadOnlyList<string> Gates { get; init; }
}

/// <summary>From this event on, workers serve this version.</summary>
public sealed record ModelPromoted
{
    public required string Model { get; init; }
    public required string Version { get; init; }
    public string? Previous { get; init; }

    /// <summary>The package's directory under the models directory that all services see.</summary>
    public required string Directory { get; init; }

    /// <summary>SHA-256 of <c>model.safetensors</c>, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>
    /// SHA-256 over everything that changes an answer: weights, configuration, tokenizer files, heads with their labels and temperatures.
    /// Null in old events.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// SHA-256 of the package's <c>SHA256SUMS</c>, and so of every file; null in old events and of packages without that list.
    /// </summary>
    public string? Checksums { get; init; }
    public required DateTimeOffset PromotedAt { get; init; }

    /// <summary>Who or what promoted it.</summary>
    public required string By { get; init; }
    public IReadOnlyList<ClassificationReport> Reports { get; init => field = value ?? []; } = [];

    /// <inheritdoc cref="ModelTrained.Labels"/>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Labels { get; init; }
}

/// <summary>From this event on, workers serve the earlier version again.</summary>
public sealed record ModelRolledBack
{
    public required string Model { get; init; }
    public required string From { get; init; }
    public required string To { get; init; }
    public required string Directory { get; init; }
    public required DateTimeOffset RolledBackAt { get; init; }
    public required string By { get; init; }
    public required string Reason { get; init; }
}

/// <summary>
/// A worker refuses the version that is to serve, because its package is damaged or cannot be loaded; the last good version goes on
/// serving.
/// </summary>
public sealed record ModelRefused
{
    public required string Model { get; init; }

    /// <summary>The version that was promoted, or rolled back to, and does not serve.</summary>
    public required string Version { get; init; }

    /// <summary>The version that serves in its place; null: none does, and the texts wait.</summary>
    public string? Serving { get; init; }

    /// <summary>Which file is damaged, by which checksum, or what else is wrong.</summary>
    public required string Reason { get; init; }
    public required DateTimeOffset RefusedAt { get; init; }

    /// <summary>The <see cref="AlertRaised.Id"/> that tells of it.</summary>
    public required string AlertId { get; init; }
}

/// <summary>
/// What is to serve serves again: the version that was refused, whose package was repaired, or one that was promoted in its place.
/// </summary>
public sealed record ModelRepaired
{
    public required string Model { get; init; }

    /// <summary>The version that serves.</summary>
    public required string Version { get; init; }

    /// <summary>The version that was refused.</summary>
    public required string Refused { get; init; }
    public required DateTimeOffset RepairedAt { get; init; }
}
