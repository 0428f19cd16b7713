namespace StreamBert.Contracts;

/// <summary>
/// Holds the evaluation of one head on one data set. For an entity head the classes are the entity types: an entity is correct only if its
/// type and both its ends are; accuracy and calibration error are those of the words' tags.
/// </summary>
public sealed record ClassificationReport
{
    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The data set.</summary>
    public required string Data { get; init; }

    /// <summary>The number of texts, or of words for a report by words.</summary>
    public required long Count { get; init; }

    /// <summary>The accuracy.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The metrics by class.</summary>
    public required IReadOnlyList<ClassMetrics> Classes { get; init; }

    /// <summary>The micro average.</summary>
    public required AverageMetrics Micro { get; init; }

    /// <summary>The macro average.</summary>
    public required AverageMetrics Macro { get; init; }

    /// <summary>The average weighted by support.</summary>
    public required AverageMetrics Weighted { get; init; }

    /// <summary>The expected calibration error over 15 bins.</summary>
    public double CalibrationError { get; init; }

    /// <summary>For an entity head: the report by the tag of each word.</summary>
    public ClassificationReport? Words { get; init; }
}
