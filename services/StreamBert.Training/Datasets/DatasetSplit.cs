using StreamBert.Model.Datasets;

namespace StreamBert.Training.Datasets;

/// <summary>The texts to train on and the held-out texts to evaluate on; no group of equal or similar texts is in both.</summary>
internal sealed record DatasetSplit(IReadOnlyList<LabelledText> Train, IReadOnlyList<LabelledText> HeldOut)
{
    private static readonly IReadOnlySet<int> None = new HashSet<int>();

    /// <summary>Splits equal texts by their hashes: those below <paramref name="heldOutShare"/> are held out.</summary>
    public static DatasetSplit Create(IReadOnlyList<LabelledText> examples, double heldOutShare)
    {
        var groups = new Dictionary<string, int>(StringComparer.Ordinal);
        return Create(examples, [.. examples.Select(GetGroup)], None, heldOutShare);

        int GetGroup(LabelledText example)
        {
            var text = TextNormalizer.Normalize(example.Text);
            if (!groups.TryGetValue(text, out var group))
                groups[text] = group = groups.Count;
            return group;
        }
    }

    /// <summary>Splits groups by the hashes of their first texts: those below <paramref name="heldOutShare"/> are held out.</summary>
    /// <param name="groups">The group of each example.</param>
    /// <param name="trained">The groups that are trained on in any case.</param>
    /// <remarks>
    /// If a head with two groups or more would have none on one side, the group with the hash nearest to the boundary changes sides.
    /// </remarks>
    public static DatasetSplit Create(
        IReadOnlyList<LabelledText> examples, IReadOnlyList<int> groups, IReadOnlySet<int> trained, double heldOutShare)
    {
        var hashes = groups.Index().DistinctBy(static group => group.Item).ToDictionary(
            static group => group.Item,
            group => TextNormalizer.HashToUnitInterval(TextNormalizer.Normalize(examples[group.Index].Text)));
        var heldOut = hashes.Where(hash => hash.Value < heldOutShare && !trained.Contains(hash.Key)).Select(static hash => hash.Key)
            .ToHashSet();
        foreach (var head in examples.Index().GroupBy(static example => example.Item.Head)
            .OrderBy(static head => head.Key, StringComparer.Ordinal))
        {
            var ofHead = head.Select(example => groups[example.Index]).Distinct().OrderBy(group => hashes[group]);
            Balance([.. ofHead], heldOut, trained);
        }
        var sides = examples.Index().ToLookup(example => heldOut.Contains(groups[example.Index]), static example => example.Item);
        return new([.. sides[false]], [.. sides[true]]);
    }

    private static void Balance(IReadOnlyList<int> groupsByHash, HashSet<int> heldOut, IReadOnlySet<int> trained)
    {
        if (groupsByHash.Count < 2)
            return;
        if (groupsByHash.All(heldOut.Contains))
            heldOut.Remove(groupsByHash[^1]);
        else if (!groupsByHash.Any(heldOut.Contains))
            heldOut.UnionWith(groupsByHash.Where(group => !trained.Contains(group)).Take(1));
    }
}
