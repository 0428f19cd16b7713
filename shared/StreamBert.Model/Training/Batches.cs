namespace StreamBert.Model.Training;

/// <summary>Cuts data into batches of about equally many tokens.</summary>
internal static class Batches
{
    /// <summary>
    /// A shuffled epoch: indices in batches of at most <paramref name="batchTokens"/> tokens. Near lengths meet in a batch, batches come in
    /// random order.
    /// </summary>
    public static List<int[]> Shuffle(IReadOnlyList<int[]> texts, int batchTokens, Random random)
    {
        var order = Enumerable.Range(0, texts.Count).ToArray();
        random.Shuffle(order);
        // Sorting by length within large random chunks keeps batches cheap for attention and still random.
        var batches = order.Chunk(2048).SelectMany(chunk => Fill(chunk.OrderBy(i => texts[i].Length), texts, batchTokens)).ToArray();
        random.Shuffle(batches);
        return [.. batches];
    }

    private static IEnumerable<int[]> Fill(IEnumerable<int> indices, IReadOnlyList<int[]> texts, int batchTokens)
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
