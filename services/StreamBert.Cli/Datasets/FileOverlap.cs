namespace StreamBert.Cli.Datasets;

/// <summary>The rows of one file that a model has seen after training on another one.</summary>
/// <param name="File">The file.</param>
/// <param name="Of">The earlier file.</param>
/// <param name="IsAcrossParts">Whether the files are different parts, such as train and test.</param>
/// <param name="Rows">The number of rows of the file.</param>
/// <param name="Twins">The number of its rows with a twin in the earlier file.</param>
/// <param name="OtherLabel">The number of these with a label that no labelled twin in the earlier file has.</param>
/// <param name="NearDuplicates">The number of its other rows with a near-duplicate in the earlier file.</param>
/// <param name="Pairs">All these rows.</param>
internal sealed record FileOverlap(
    string File, string Of, bool IsAcrossParts, long Rows, long Twins, long OtherLabel, long NearDuplicates, IReadOnlyList<RowPair> Pairs);
