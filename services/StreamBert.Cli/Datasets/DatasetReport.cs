namespace StreamBert.Cli.Datasets;

/// <summary>What was found in the files of a data set.</summary>
/// <param name="Model">The model as which the texts were read.</param>
/// <param name="MaxTokens">The longest input of the model in tokens.</param>
/// <param name="Similarity">The similarity from which two inputs are near-duplicates.</param>
/// <param name="Conflicts">The twins with different labels, within and across files.</param>
/// <param name="SkippedComparisons">If not 0, there may be more near-duplicates than reported.</param>
internal sealed record DatasetReport(
    string Model, int MaxTokens, double Similarity, IReadOnlyList<FileSummary> Files, IReadOnlyList<FileOverlap> Overlaps,
    IReadOnlyList<LabelConflict> Conflicts, long SkippedComparisons)
{
    /// <summary>The number of rows with a twin in a file of an earlier part.</summary>
    public long TwinsAcrossParts => Overlaps.Where(static overlap => overlap.IsAcrossParts).Sum(static overlap => overlap.Twins);
}
