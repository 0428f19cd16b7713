namespace StreamBert.Contracts;

/// <summary>
/// Reports that the labels of an annotator are left out of data sets from now on, or used again. It is stored on
/// <see cref="Topics.Annotators"/>; the last change of an annotator and pipeline applies.
/// </summary>
public sealed record AnnotatorExclusionChanged
{
    /// <summary>The annotator, as the feedback names the person, or the pseudonym.</summary>
    public required string Annotator { get; init; }

    /// <summary>The pipeline whose feedback it concerns; null: every pipeline for which there is no change of its own.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Whether the labels are left out.</summary>
    public required bool Excluded { get; init; }

    /// <summary>The person or program that made the change.</summary>
    public required string Actor { get; init; }

    /// <summary>The reason; null if none was given.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was changed.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
