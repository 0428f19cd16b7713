namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// Splits texts into parts such as training, validation and test by groups, so that no group is in two parts, and by labels, so that each
/// part has about the same mix of them.
/// </summary>
public static class GroupedSplit
{
    /// <summary>
    /// Assigns each text to a part. The groups are ordered by their most frequent label and shuffled within each; the next group belongs to
    /// the part that lacks most texts of those assigned so far. The size of a part differs from its share by at most the largest group for
    /// each of the other parts.
    /// </summary>
    /// <param name="groups">The group of each text.</param>
    /// <param name="labels">The label of each text.</param>
    /// <param name="shares">The share of each part; their sum is 1.</param>
    /// <param name="seed">The seed of the shuffle: equal input gives equal parts.</param>
    /// <returns>The index of the part of each text.</returns>
    /// <exception cref="ArgumentException">The numbers of groups and labels differ, or the shares do not sum to 1.</exception>
    public static IReadOnlyList<int> Assign(
        IReadOnlyList<int> groups, IReadOnlyList<string> labels, IReadOnlyList<double> shares, int seed)
    {
        if (groups.Count != labels.Count) throw new ArgumentException("Each text needs a group and a label.", nameof(labels));
        if (Math.Abs(shares.Sum() - 1) > 1e-9) throw new ArgumentException("The shares do not sum to 1.", nameof(shares));
        var parts = new int[groups.Count];
        var sizes = new int[shares.Count];
        foreach (var rows in Order(groups, labels, seed))
        {
            var total = sizes.Sum() + rows.Count;
            var part = Enumerable.Range(0, shares.Count).MaxBy(part => shares[part] * total - sizes[part]);
            sizes[part] += rows.Count;
            foreach (var row in rows) parts[row] = part;
        }
        return parts;
    }

    private static IEnumerable<List<int>> Order(IReadOnlyList<int> groups, IReadOnlyList<string> labels, int seed)
    {
        var byGroup = Enumerable.Range(0, groups.Count).GroupBy(row => groups[row], static (_, rows) => rows.ToList()).ToArray();
        new Random(seed).Shuffle(byGroup);
        return byGroup.OrderBy(rows => FindMostFrequent(rows.Select(row => labels[row])), StringComparer.Ordinal);
    }

    private static string FindMostFrequent(IEnumerable<string> labels) => labels.GroupBy(static label => label)
        .OrderByDescending(static label => label.Count()).ThenBy(static label => label.Key, StringComparer.Ordinal).First().Key;
}
