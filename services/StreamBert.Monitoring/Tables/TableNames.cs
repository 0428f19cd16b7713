namespace StreamBert.Monitoring.Tables;

/// <summary>Names the bounded tables of a pipeline: segments, entities, the labels of a head and the groups of a fairness rule.</summary>
internal static class TableNames
{
    public const string Segments = "segments";
    public const string Entities = "entities";
    private const string LabelsPrefix = "labels of ";
    private const string GroupsPrefix = "groups of ";

    /// <summary>Names the table of the labels of a head.</summary>
    public static string Labels(string head) => LabelsPrefix + head;

    /// <summary>Names the table of the groups that a fairness rule compares.</summary>
    public static string Groups(string rule) => GroupsPrefix + rule;

    /// <summary>Returns the head whose labels the table holds; null if it is another table.</summary>
    public static string? HeadOfLabels(string table) =>
        table.StartsWith(LabelsPrefix, StringComparison.Ordinal) ? table[LabelsPrefix.Length..] : null;
}
