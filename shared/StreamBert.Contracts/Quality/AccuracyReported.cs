namespace StreamBert.Contracts;

/// <summary>
/// Reports the accuracy of a series as far as it can be known: the estimate from the model's own calibrated confidences, and the labelled
/// accuracy beside it. The last record of a key is current.
/// </summary>
/// <remarks>
/// The estimate (confidence-based performance estimation) needs no labels, but is blind to concept drift: if the meaning of texts changes
/// and the model stays confident, it does not fall. Only labels show that.
/// </remarks>
public sealed record AccuracyReported
{
    /// <summary>The series; the segment is <c>all</c>, that of a topic, or a group such as <c>region=north</c>.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The hour of event time that ended last.</summary>
    public required TimeWindow Window { get; init; }

    /// <summary>The estimate of that hour.</summary>
    public required AccuracyEstimate Hour { get; init; }

    /// <summary>The estimate of the last 24 hours.</summary>
    public required AccuracyEstimate Day { get; init; }

    /// <summary>The mean estimate of the reference (the last-good week); null until it holds a day.</summary>
    public double? Reference { get; init; }

    /// <summary>The estimates of the last 24 hours by label; only for all texts of a head.</summary>
    public IReadOnlyDictionary<string, LabelAccuracy> Labels { get; init => field = value ?? new Dictionary<string, LabelAccuracy>(); } =
        new Dictionary<string, LabelAccuracy>();

    /// <summary>The unweighted mean F1 of the labels; null unless every label has one.</summary>
    public double? MacroF1 { get; init; }

    /// <summary>The labelled accuracy of the random sample in the last 30 days.</summary>
    public LabelledAccuracy? Sample { get; init; }

    /// <summary>
    /// The labelled accuracy of all other feedback in the last 30 days. It is biased: people label what catches their eye, such as errors.
    /// </summary>
    public LabelledAccuracy? OtherFeedback { get; init; }

    /// <summary>
    /// The feedback whose prediction the monitor no longer held, since its first checkpoint; only for all texts of a head.
    /// </summary>
    public long UnmatchedFeedback { get; init; }
}
