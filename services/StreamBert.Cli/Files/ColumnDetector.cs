using StreamBert.Contracts;

namespace StreamBert.Cli.Files;

/// <summary>Detects by their names which columns of an unknown file contain the text and the label.</summary>
internal static class ColumnDetector
{
    private static readonly string[] TextNames =
    [
        "text", "utterance", "title", "headline", "headline_text", "message", "content", "body", "tweet", "sentence", "review", "comment",
        "query", "question", "description", "abstract",
    ];

    private static readonly string[] LabelNames = ["label", "class", "category", "target", "sentiment", "intent", "topic"];

    public static string? FindText(IReadOnlyList<string> columns) => Find(TextNames, columns);

    /// <param name="head">The head to evaluate; a column with its name takes precedence.</param>
    public static string? FindLabel(IReadOnlyList<string> columns, string head) => Find([head, .. LabelNames], columns);

    private static string? Find(IEnumerable<string> names, IReadOnlyList<string> columns) =>
        names.Select(name => columns.FirstOrDefault(column => IsNamed(column, name))).FirstOrDefault(static column => column is not null);

    private static bool IsNamed(string column, string name) =>
        column.Equals(name, StringComparison.OrdinalIgnoreCase) || column.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
}
