namespace StreamBert.Cli.Evaluation.Outcomes;

/// <summary>Represents a labelled text of a file.</summary>
/// <param name="Number">The number of the row, from 1, without the header.</param>
/// <param name="Text">The text.</param>
/// <param name="Labels">The true labels: one, or any number for a multi-label head.</param>
/// <param name="Values">The values of the columns to slice by; an absent or empty one is missing.</param>
internal sealed record LabelledRow(
    long Number, string Text, IReadOnlyList<string> Labels, IReadOnlyDictionary<string, string> Values);
