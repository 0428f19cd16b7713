namespace StreamBert.Cli.Commands.Texts;

/// <summary>Names the columns of a labelled file.</summary>
/// <param name="Text">The column of the text; null: detected by its name.</param>
/// <param name="Label">The column of the label; null: detected by its name.</param>
/// <param name="LabelNames">
/// The names of the numeric labels 0, 1, 2 and so on, separated by commas; null: the labels of the head in order.
/// </param>
/// <param name="Values">The columns to slice by.</param>
internal sealed record LabelledColumns(string? Text, string? Label, string? LabelNames, IReadOnlyList<string> Values);
