namespace StreamBert.Cli.Files;

/// <summary>Which column of a stranger's file is which.</summary>
internal static class Guess
{
    private static readonly string[] TextNames =
    [
        "text", "utterance", "title", "headline", "headline_text", "message", "content", "body", "tweet", "sentence", "review", "comment", "query",
        "question", "description", "abstract",
    ];

    private static readonly string[] LabelNames = ["label", "class", "category", "target", "sentiment", "intent", "topic"];

    /// <summary>By its name alone: the only column of a file without a header would be named by the first text.</summary>
    public static string? Text(IReadOnlyList<string> columns) => Named(TextNames, columns);

    /// <param name="head">The head to be judged: a column of its name comes first.</param>
    public static string? Label(IReadOnlyList<string> columns, string head) => Named([head, .. LabelNames], columns);

    private static string? Named(IEnumerable<string> names, IReadOnlyList<string> columns) => names
        .Select(name => columns.FirstOrDefault(column => column.Equals(name, StringComparison.OrdinalIgnoreCase)
            || column.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase)))
        .FirstOrDefault(static column => column is not null);
}
