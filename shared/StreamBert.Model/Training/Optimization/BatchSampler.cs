namespace StreamBert.Model.Training.Optimization;

/// <summary>Samples batches of approximately equal numbers of tokens.</summary>
internal static class BatchSampler
{
    private const int ChunkSize = 2048;

    /// <summary>
    /// Samples an epoch: the indices of all texts, in batches of at most <paramref name="batchTokens"/> tokens. Texts of similar length
    /// are in the same batch; the batches are in random order.
    /// </summary>
    public static List<int[]> SampleEpoch(IReadOnlyList<int[]> texts, int batchTokens, Random random)
    {
        var order = Enumerable.Range(0, texts.Count).ToArray();
        random.Shuffle(order);
        // Sorting by length within large random chunks keeps attention cheap and batches random.
        var batches = order.Chunk(ChunkSize).SelectMany(chunk => CreateBatches(chunk.OrderBy(i => texts[i].Length), texts, batchTokens))
            .ToArray();
        random.Shuffle(batches);
        return [.. batches];
    }

    private static IEnumerable<int[]> CreateBatches(IEnumerable<int> indices, IReadOnlyList<int[]> texts, int batchTokens)
    {
        var batch = new List<int>();
        var tokens = 0;
        foreach (var index in indices)
        {
            if (tokens + texts[index].Length > batchTokens && batch.Count > 0)
            {
                yield return [.. batch];
                batch.Clear();
                tokens = 0;
            }

            batch.Add(index);
            tokens += texts[index].Length;
        }

        if (batch.Count > 0) yield return [.. batch];
    }
}
