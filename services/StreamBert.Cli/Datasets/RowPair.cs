namespace StreamBert.Cli.Datasets;

/// <summary>A row and the row of another file that it resembles most.</summary>
/// <param name="Row">The number of the row.</param>
/// <param name="OfRow">The number of the first such row in the other file.</param>
/// <param name="IsTwin">Whether the model reads both identically; otherwise they are near-duplicates.</param>
internal sealed record RowPair(long Row, long OfRow, bool IsTwin, double Similarity, string? Label, string? OfLabel);
