namespace StreamBert.Training.Datasets.Stored;

/// <summary>The differences between the readable rows of two data sets.</summary>
/// <param name="Added">The rows whose text and head are in the second only.</param>
/// <param name="Removed">The rows whose text and head are in the first only.</param>
/// <param name="Relabelled">The rows of both with different labels.</param>
/// <param name="Moved">The rows of both with equal labels and in different parts.</param>
/// <param name="Unreadable">The number of rows of both that cannot be compared, because their texts are erased or sealed.</param>
public sealed record DatasetDifference(
    IReadOnlyList<StoredLabel> Added, IReadOnlyList<StoredLabel> Removed, IReadOnlyList<(StoredLabel First, StoredLabel Second)> Relabelled,
    IReadOnlyList<(StoredLabel First, StoredLabel Second)> Moved, int Unreadable)
{
    /// <summary>Compares two data sets, in each of which a text has one label on a head.</summary>
    public static DatasetDifference Between(IReadOnlyList<StoredLabel> first, IReadOnlyList<StoredLabel> second)
    {
        var (before, after) = (ByText(first), ByText(second));
        var common = before.Where(row => after.ContainsKey(row.Key)).Select(row => (First: row.Value, Second: after[row.Key])).ToList();
        return new(
            [.. after.Where(row => !before.ContainsKey(row.Key)).Select(static row => row.Value)],
            [.. before.Where(row => !after.ContainsKey(row.Key)).Select(static row => row.Value)],
            [.. common.Where(static pair => pair.First.Label != pair.Second.Label)],
            [.. common.Where(static pair => pair.First.Label == pair.Second.Label && pair.First.Part != pair.Second.Part)],
            first.Concat(second).Count(static row => row.Text is null));
    }

    private static Dictionary<(string Text, string Head), StoredLabel> ByText(IReadOnlyList<StoredLabel> rows) =>
        rows.Where(static row => row.Text is not null).DistinctBy(static row => (row.Text!, row.Head))
            .ToDictionary(static row => (row.Text!, row.Head));
}
