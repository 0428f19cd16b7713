using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Assessments;

/// <summary>Selects sampled texts as examples for an alert. Criteria that are null match every text.</summary>
/// <param name="Head">The head whose label is shown.</param>
internal sealed record ExampleCriteria(string Head)
{
    public string? Label { get; init; }

    /// <summary>The segment of the text, or of an entity that it mentions.</summary>
    public string? Segment { get; init; }

    /// <summary>The attribute and the group of a fairness rule.</summary>
    public (string Attribute, string Group)? Group { get; init; }

    /// <summary>The confidence must be lower.</summary>
    public double? ConfidenceBelow { get; init; }

    /// <summary>The confidence must be at least so high.</summary>
    public double? MinimumConfidence { get; init; }

    /// <summary>Whether the text matches all criteria.</summary>
    public bool Matches(SampledText text, SampledLabel label) =>
        (Label is null || label.Label == Label)
        && (Segment is null or SeriesKey.All || IsInSegment(text, Segment))
        && (Group is not { } group || text.Groups?.GetValueOrDefault(group.Attribute) == group.Group)
        && !(label.Confidence >= ConfidenceBelow)
        && !(label.Confidence < MinimumConfidence);

    private static bool IsInSegment(SampledText text, string segment) =>
        text.Segments?.Contains(segment) == true || text.Labels.Any(head => segment == $"{head.Key}={head.Value.Label}");
}
