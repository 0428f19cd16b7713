using StreamBert.Model.Datasets;

namespace StreamBert.Training.Datasets;

/// <summary>The texts to train on and the held-out texts to evaluate on; no text is in both.</summary>
internal sealed record DatasetSplit(IReadOnlyList<LabelledText> Train, IReadOnlyList<LabelledText> HeldOut)
{
    /// <summary>Splits by the hash of the texts: those below <paramref name="heldOutShare"/> are held out.</summary>
    /// <remarks>
    /// If a head with two texts or more would have none on one side, the text with the hash nearest to the boundary changes sides.
    /// </remarks>
    public static DatasetSplit Create(IReadOnlyList<LabelledText> examples, double heldOutShare)
    {
        var hashes = examples.Select(static example => TextNormalizer.Normalize(example.Text)).Distinct()
            .ToDictionary(static text => text, TextNormalizer.HashToUnitInterval);
        var heldOut = hashes.Where(hash => hash.Value < heldOutShare).Select(static hash => hash.Key).ToHashSet();
        foreach (var head in examples.GroupBy(static example => example.Head).OrderBy(static head => head.Key, StringComparer.Ordinal))
        {
            var texts = head.Select(static example => TextNormalizer.Normalize(example.Text)).Distinct();
            Balance([.. texts.OrderBy(text => hashes[text])], heldOut);
        }
        var sides = examples.ToLookup(example => heldOut.Contains(TextNormalizer.Normalize(example.Text)));
        return new([.. sides[false]], [.. sides[true]]);
    }

    private static void Balance(IReadOnlyList<string> textsByHash, HashSet<string> heldOut)
    {
        if (textsByHash.Count < 2)
            return;
        if (!textsByHash.Any(heldOut.Contains))
            heldOut.Add(textsByHash[0]);
        else if (textsByHash.All(heldOut.Contains))
            heldOut.Remove(textsByHash[^1]);
    }
}
