namespace StreamBert.Cli.Datasets;

/// <summary>A row that the model reads. Its text is not kept.</summary>
/// <param name="File">The index of its file.</param>
/// <param name="Number">The number of the row, from 1, without the header.</param>
/// <param name="Input">The index of what the model reads; rows with the same one are twins.</param>
/// <param name="Label">The label, or null.</param>
internal readonly record struct DatasetRow(int File, long Number, int Input, string? Label);
