namespace StreamBert.Contracts;

/// <summary>Holds the evidence of a drift alert: the distance of a distribution from its reference.</summary>
public sealed record DriftDetected
{
    /// <summary>The measure: <c>jensen-shannon</c>, <c>kolmogorov-smirnov</c>, <c>rise</c> or <c>auc</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>
    /// The reference: <c>last-good-week</c>, <c>model-profile</c> (the model's training data) or <c>previous-version</c>; null in events of
    /// earlier versions.
    /// </summary>
    public string? Against { get; init; }

    /// <summary>The version that answered in the window; null if there were several, and in events of earlier versions.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The version that answered before, if the reference is the previous version.</summary>
    public string? PreviousVersion { get; init; }

    /// <summary>The distance, 0 to 1.</summary>
    public required double Distance { get; init; }

    /// <summary>The minimum effect size that the distance had to exceed.</summary>
    public required double Floor { get; init; }

    /// <summary>The p-value of the distance.</summary>
    public required double PValue { get; init; }

    /// <summary>The number of texts in the reference.</summary>
    public required long ReferenceCount { get; init; }

    /// <summary>The number of texts in the window.</summary>
    public required long WindowCount { get; init; }

    /// <summary>The share of each label in the reference; empty if no labels are compared.</summary>
    public IReadOnlyDictionary<string, double> Reference { get; init => field = value ?? new Dictionary<string, double>(); } =
        new Dictionary<string, double>();

    /// <summary>The share of each label in the window; empty if no labels are compared.</summary>
    public IReadOnlyDictionary<string, double> Observed { get; init => field = value ?? new Dictionary<string, double>(); } =
        new Dictionary<string, double>();

    /// <summary>The population stability index, for information; the alert does not depend on it.</summary>
    public double? Psi { get; init; }
}
