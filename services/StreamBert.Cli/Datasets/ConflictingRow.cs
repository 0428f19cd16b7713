namespace StreamBert.Cli.Datasets;

/// <summary>A row with its label.</summary>
internal sealed record ConflictingRow(string File, long Row, string Label);
