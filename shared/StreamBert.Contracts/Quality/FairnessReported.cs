namespace StreamBert.Contracts;

/// <summary>
/// Reports the state of a fairness rule: what was compared, and whether the data suffices for a conclusion. The last record of a key is
/// current.
/// </summary>
public sealed record FairnessReported
{
    /// <summary>
    /// The value of <see cref="State"/> if the groups have too few texts for a conclusion. It never means that they are fair.
    /// </summary>
    public const string Insufficient = "insufficient-data";

    /// <summary>
    /// The value of <see cref="State"/> if the groups have enough texts to find the largest tolerated difference, and none was found.
    /// </summary>
    public const string NoDifference = "no-difference";

    /// <summary>The value of <see cref="State"/> while the alert of the rule fires or is pending.</summary>
    public const string Different = "different";

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The rule within its pipeline, such as <c>region/sentiment=negative</c>.</summary>
    public required string Rule { get; init; }

    /// <summary>The attribute whose values are the groups.</summary>
    public required string Attribute { get; init; }

    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The label whose rate is compared.</summary>
    public required string Label { get; init; }

    /// <summary>The event time over which the groups are compared; empty before the first window.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary><c>insufficient-data</c>, <c>no-difference</c> or <c>different</c>.</summary>
    public required string State { get; init; }

    /// <summary>The largest tolerated difference of rates, 0 to 1.</summary>
    public required double MaxDifference { get; init; }

    /// <summary>
    /// The conversations that each group needs, so that the largest tolerated difference is found with a power of 80 %; conversations are
    /// distinct subjects or stories.
    /// </summary>
    public required long NeededPerGroup { get; init; }

    /// <summary>The rates by group.</summary>
    public required IReadOnlyList<GroupRate> Groups { get; init; }

    /// <summary>
    /// The measures: <c>demographic-parity-difference</c>, <c>demographic-parity-ratio</c> and, with labelled texts, <c>equalized-odds</c>,
    /// <c>equal-opportunity</c>, <c>accuracy-gap</c> and <c>calibration-gap</c>.
    /// </summary>
    public required IReadOnlyList<FairnessMeasure> Measures { get; init; }

    /// <summary>
    /// The basis of the measures with labels: <c>sample</c>, the random labelling sample; <c>feedback</c>, all feedback, which is biased if
    /// people label what catches their eye; null without labelled texts.
    /// </summary>
    public string? LabelBasis { get; init; }

    /// <summary>The largest e-value of a group against the others; it may be inspected at any time.</summary>
    public required double EValue { get; init; }

    /// <summary>The e-value from which on the alert fires; null before the first window.</summary>
    public double? AlarmEValue { get; init; }
}
