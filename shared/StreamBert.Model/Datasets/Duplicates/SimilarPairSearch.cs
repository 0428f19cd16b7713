namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// Finds the pairs of similar sets by MinHash and locality-sensitive hashing, in time and memory that are linear in the number of sets. The
/// bands are searched one after another, so that no signature is kept.
/// </summary>
/// <param name="sets">The sets; an empty one is similar to none.</param>
/// <param name="similarity">The smallest Jaccard similarity of a pair.</param>
/// <param name="seed">Selects the hash functions.</param>
internal sealed class SimilarPairSearch(IReadOnlyList<ulong[]> sets, double similarity, int seed = 1)
{
    /// <summary>A set is compared with so many of the sets before it that agree with it in a band, the last ones.</summary>
    public const int MaxComparisons = 64;

    private readonly LshBands _bands = LshBands.For(similarity);
    private readonly MinHash _hash = new(seed);
    private readonly Dictionary<(int First, int Second), double> _pairs = [];
    private long _skipped;

    public SimilarPairs Run()
    {
        for (var band = 0; band < _bands.Count; band++) SearchBand(band);
        var pairs = _pairs.Select(static pair => new SimilarPair(pair.Key.First, pair.Key.Second, pair.Value));
        return new SimilarPairs([.. pairs.OrderBy(static pair => pair.Second).ThenBy(static pair => pair.First)], _skipped);
    }

    private void SearchBand(int band)
    {
        var buckets = new Dictionary<ulong, (int Last, int Count)>();
        var previous = new int[sets.Count];
        for (var i = 0; i < sets.Count; i++)
        {
            if (sets[i].Length == 0) continue;
            var key = GetKey(sets[i], band);
            var bucket = buckets.TryGetValue(key, out var found) ? found : (Last: -1, Count: 0);
            CompareWithBucket(i, bucket.Last, previous);
            _skipped += Math.Max(0, bucket.Count - MaxComparisons);
            previous[i] = bucket.Last;
            buckets[key] = (i, bucket.Count + 1);
        }
    }

    private ulong GetKey(ulong[] set, int band)
    {
        var key = 0UL;
        for (var row = 0; row < _bands.Rows; row++) key = MinHash.Mix(key ^ _hash.Minimum(set, band * _bands.Rows + row));
        return key;
    }

    private void CompareWithBucket(int i, int last, int[] previous)
    {
        for (var (other, compared) = (last, 0); other >= 0 && compared < MaxComparisons; other = previous[other], compared++)
        {
            if (!CanBeSimilar(sets[i].Length, sets[other].Length) || _pairs.ContainsKey((other, i))) continue;
            var similar = TokenShingles.Jaccard(sets[i], sets[other]);
            if (similar >= similarity) _pairs.Add((other, i), similar);
        }
    }

    /// <summary>The similarity of two sets is at most the ratio of their sizes.</summary>
    private bool CanBeSimilar(int size, int otherSize) => Math.Min(size, otherSize) >= similarity * Math.Max(size, otherSize);
}
