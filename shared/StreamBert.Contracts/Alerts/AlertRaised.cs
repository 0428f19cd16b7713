namespace StreamBert.Contracts;

/// <summary>
/// Reports that an alert started firing, or, with the same <see cref="Id"/> and a later <see cref="UpdatedAt"/>, what it looks like since
/// then. At most one alert fires per <see cref="Fingerprint"/>.
/// </summary>
public sealed record AlertRaised
{
    /// <summary>The unique id: the fingerprint and the window in which the alert started firing.</summary>
    public required string Id { get; init; }

    /// <summary>Identifies the rule and the series.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The series.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The label whose share or count the alert is about; null for other kinds of alert.</summary>
    public string? Label { get; init; }

    /// <summary><c>warning</c> or <c>critical</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>A title of one line.</summary>
    public required string Title { get; init; }

    /// <summary>Describes the observation, the baseline and the evidence.</summary>
    public required string Message { get; init; }

    /// <summary>The time that was observed; it ends when the alert started firing, or was updated.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary>The event time at which the alert started firing: the end of a window.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The event time of the update; null when the alert starts firing.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>The observed value in <see cref="Unit"/>.</summary>
    public required double Value { get; init; }

    /// <summary>The expected value in <see cref="Unit"/>.</summary>
    public required double Baseline { get; init; }

    /// <summary>The unit, such as <c>share</c>, <c>texts per window</c>, <c>stories in 10 min</c> or <c>distance</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>The interval of the value.</summary>
    public Interval? Interval { get; init; }

    /// <summary>The number of texts behind the value.</summary>
    public required long Count { get; init; }

    /// <summary>The p-value or e-value of <see cref="EvidenceKind"/>.</summary>
    public required double Evidence { get; init; }

    /// <summary>The method, such as <c>p-value, beta-binomial tail</c>.</summary>
    public required string EvidenceKind { get; init; }

    /// <summary>Texts that contributed to the alert.</summary>
    public IReadOnlyList<AlertExample> Examples { get; init => field = value ?? []; } = [];

    /// <summary>Words that are over-represented in the window.</summary>
    public IReadOnlyList<string> Terms { get; init => field = value ?? []; } = [];

    /// <summary>The evidence of a drift alert.</summary>
    public DriftDetected? Drift { get; init; }

    /// <summary>The evidence of a fairness alert.</summary>
    public FairnessViolated? Fairness { get; init; }
}
