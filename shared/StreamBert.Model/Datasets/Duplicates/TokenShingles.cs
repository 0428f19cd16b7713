namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// The distinct sequences of three successive tokens of a text, as sorted 64-bit hashes (Broder 1997, "On the resemblance and containment
/// of documents"). A text of fewer tokens is one sequence.
/// </summary>
internal static class TokenShingles
{
    /// <summary>The number of tokens of a sequence.</summary>
    public const int Length = 3;

    /// <summary>Returns the set of a text; empty if it has no token.</summary>
    public static ulong[] Of(ReadOnlySpan<int> ids)
    {
        if (ids.IsEmpty) return [];
        var length = Math.Min(Length, ids.Length);
        var hashes = new ulong[ids.Length - length + 1];
        for (var start = 0; start < hashes.Length; start++) hashes[start] = Hash(ids.Slice(start, length));
        Array.Sort(hashes);
        return [.. hashes.Distinct()];
    }

    /// <summary>Returns the Jaccard similarity of two sets, |A ∩ B| / |A ∪ B|; that of an empty set is 0.</summary>
    public static double Jaccard(ulong[] first, ulong[] second)
    {
        var (common, i, j) = (0, 0, 0);
        while (i < first.Length && j < second.Length)
        {
            var order = first[i].CompareTo(second[j]);
            if (order == 0) common++;
            if (order <= 0) i++;
            if (order >= 0) j++;
        }
        return common == 0 ? 0 : (double)common / (first.Length + second.Length - common);
    }

    private static ulong Hash(ReadOnlySpan<int> ids)
    {
        var hash = (ulong)ids.Length;
        foreach (var id in ids) hash = MinHash.Mix(hash ^ (uint)id);
        return hash;
    }
}
