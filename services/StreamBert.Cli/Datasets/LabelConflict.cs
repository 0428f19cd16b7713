namespace StreamBert.Cli.Datasets;

/// <summary>Rows that the model reads identically, with different labels.</summary>
internal sealed record LabelConflict(IReadOnlyList<ConflictingRow> Rows);
