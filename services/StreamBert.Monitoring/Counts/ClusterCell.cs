namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Names what a text is counted in: a label of a series, the number of texts of a segment, or a group of a fairness rule.
/// </summary>
/// <param name="Head">The head; empty for the number of texts of the segment and for a group.</param>
/// <param name="Segment">The segment or the group.</param>
/// <param name="Label">The label; empty for the number of texts and for a text of the group without the label of the rule.</param>
/// <param name="Rule">The fairness rule; null for anything but a group.</param>
internal sealed record ClusterCell(string Head, string Segment, string Label, string? Rule = null)
{
    private const string Selected = "selected";

    /// <summary>Whether a text of the group has the label of the rule.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsSelected => Label.Length > 0;

    /// <summary>Names the number of texts of a segment.</summary>
    public static ClusterCell OfSegment(string segment) => new("", segment, "");

    /// <summary>Names a group of a fairness rule, and whether its text was given the label of the rule.</summary>
    public static ClusterCell OfGroup(string rule, string group, bool isSelected) => new("", group, isSelected ? Selected : "", rule);
}
