namespace StreamBert.Cli.Datasets;

/// <summary>The counts of one file.</summary>
/// <param name="Rows">The number of rows, unreadable ones included.</param>
/// <param name="UnreadableRows">Where the first unreadable rows are, and why; null if there are none.</param>
/// <param name="EmptyRows">The rows of whose text the model reads no token.</param>
/// <param name="Cut">The number of texts that are longer than what the model reads.</param>
/// <param name="Unlabelled">The number of rows without a label.</param>
/// <param name="Repeated">The number of rows that are twins of an earlier row of the file.</param>
/// <param name="NearDuplicates">The number of rows with a near-duplicate elsewhere in the file.</param>
/// <param name="Labels">The number of rows of each label; empty if the file has no labels.</param>
internal sealed record FileSummary(
    string File, string Part, string Format, long Rows, long Unreadable, string? UnreadableRows, IReadOnlyList<long> EmptyRows, long Cut,
    long Unlabelled, long Repeated, long NearDuplicates, IReadOnlyDictionary<string, long> Labels);
