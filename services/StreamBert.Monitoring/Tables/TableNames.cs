namespace StreamBert.Monitoring.Tables;

/// <summary>
/// Names the bounded tables of a pipeline: the segments of a dimension, the labels of a head and the groups of a fairness rule.
/// </summary>
internal static class TableNames
{
    private const string SegmentsPrefix = "segments of ";
    private const string LabelsPrefix = "labels of ";
    private const string GroupsPrefix = "groups of ";

    /// <summary>Names the table of the segments of a dimension.</summary>
    public static string Segments(string dimension) => SegmentsPrefix + dimension;

    /// <summary>Returns the dimension whose segments the table holds; null if it is another table.</summary>
    public static string? DimensionOf(string table) =>
        table.StartsWith(SegmentsPrefix, StringComparison.Ordinal) ? table[SegmentsPrefix.Length..] : null;

    /// <summary>Names the table of the labels of a head.</summary>
    public static string Labels(string head) => LabelsPrefix + head;

    /// <summary>Names the table of the groups that a fairness rule compares.</summary>
    public static string Groups(string rule) => GroupsPrefix + rule;

    /// <summary>Returns the head whose labels the table holds; null if it is another table.</summary>
    public static string? HeadOfLabels(string table) =>
        table.StartsWith(LabelsPrefix, StringComparison.Ordinal) ? table[LabelsPrefix.Length..] : null;
}
