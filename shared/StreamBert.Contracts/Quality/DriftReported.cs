namespace StreamBert.Contracts;

/// <summary>
/// Reports a comparison of the last hours of a pipeline with their reference, whether or not an alert fires. The last record of a key is
/// current.
/// </summary>
public sealed record DriftReported
{
    /// <summary>
    /// The value of <see cref="State"/> if there are too few texts or hours to compare. It never means that nothing drifts.
    /// </summary>
    public const string Insufficient = "insufficient-data";

    /// <summary>The value of <see cref="State"/> if the distance is normal.</summary>
    public const string Normal = "normal";

    /// <summary>
    /// The value of <see cref="State"/> if the distance is between the thresholds of raising and clearing an alert, or another cause
    /// explains it.
    /// </summary>
    public const string Inconclusive = "inconclusive";

    /// <summary>The value of <see cref="State"/> if the distance exceeds the threshold and is significant: an alert fires.</summary>
    public const string Drifting = "drift";

    /// <summary>The hours of history without which nothing is compared: one day.</summary>
    public const int NeededHours = 24;

    /// <summary>The texts that the compared hours need.</summary>
    public const int NeededTexts = 100;

    /// <summary>The stories that a comparison of embeddings needs in its last hours, and in the same hours of earlier days.</summary>
    public const int NeededEmbeddings = 500, NeededReferenceEmbeddings = 100;

    /// <summary>The fingerprint of the alert about this comparison; the key of the record.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The kind of that alert, such as <c>label-drift</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The series; the head is <c>all</c> for quantities that belong to no head.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The reference: <c>last-good-week</c>, <c>model-profile</c> or <c>previous-version</c>.</summary>
    public required string Against { get; init; }

    /// <summary>The event time at which the report was made: the end of an hour.</summary>
    public required DateTimeOffset ReportedAt { get; init; }

    /// <summary>The event time that was compared; the last hour if there is insufficient data.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary><c>insufficient-data</c>, <c>normal</c>, <c>inconclusive</c> or <c>drift</c>.</summary>
    public required string State { get; init; }

    /// <summary>The comparison; null if there is insufficient data.</summary>
    public DriftDetected? Comparison { get; init; }

    /// <summary>
    /// The mean of the reference: confidence, tokens of a text or share of unknown tokens; null for label mixes and embeddings.
    /// </summary>
    public double? ReferenceMean { get; init; }

    /// <summary>The mean of the compared hours; null for label mixes and embeddings.</summary>
    public double? ObservedMean { get; init; }

    /// <summary>The event time from the first hour that is kept to <see cref="ReportedAt"/>.</summary>
    public TimeSpan History { get; init; }

    /// <summary>The words that are more frequent than in the reference; only while it drifts.</summary>
    public IReadOnlyList<string> Terms { get; init => field = value ?? []; } = [];
}
