using StreamBert.Contracts;

namespace StreamBert.Monitoring.Feedback;

/// <summary>Finds the segments of a text by which labels are counted: those of heads, attributes and sources, and its groups.</summary>
internal sealed class HeldDimensions(PipelineOptions pipeline)
{
    private readonly SegmentDimension[] _dimensions =
    [
        .. pipeline.Dimensions.Where(static dimension => dimension.Kind != SegmentKind.Entity)
            .Concat(pipeline.Monitor.Rules.Fairness.Select(static rule => new SegmentDimension(SegmentKind.Attribute, rule.Attribute)))
            .Distinct(),
    ];

    /// <summary>Whether texts of one story are one cluster.</summary>
    public bool GroupsStories => pipeline.Monitor.Rules.GroupStories;

    /// <summary>Returns the segments of a text.</summary>
    public IEnumerable<string> SegmentsOf(TextClassified text)
    {
        foreach (var dimension in _dimensions)
        {
            if (ValueOf(text, dimension) is { Length: > 0 } value)
                yield return dimension.SegmentOf(value);
        }
    }

    private static string? ValueOf(TextClassified text, SegmentDimension dimension) => dimension.Kind switch
    {
        SegmentKind.Head => text.Heads.GetValueOrDefault(dimension.Name)?.Label,
        SegmentKind.Attribute => text.Attributes.GetValueOrDefault(dimension.Name),
        _ => text.Source,
    };
}
