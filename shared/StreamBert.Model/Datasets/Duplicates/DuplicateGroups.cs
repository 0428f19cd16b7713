namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>Groups texts with their twins and near-duplicates, and with those of these, so that a split keeps them together.</summary>
public static class DuplicateGroups
{
    /// <summary>Finds the groups.</summary>
    /// <param name="inputs">What the model reads of each text.</param>
    /// <param name="similarity">The similarity from which two inputs are near-duplicates.</param>
    /// <returns>The number of the group of each text.</returns>
    public static IReadOnlyList<int> Find(IEnumerable<ModelInput> inputs, double similarity = InputIndex.DefaultSimilarity)
    {
        var index = new InputIndex();
        var indices = inputs.Select(index.Add).ToList();
        var parents = Enumerable.Range(0, index.Count).ToArray();
        foreach (var pair in index.FindSimilar(similarity).Pairs) parents[FindRoot(parents, pair.Second)] = FindRoot(parents, pair.First);
        return indices.ConvertAll(input => FindRoot(parents, input));
    }

    /// <summary>Finds the root of a disjoint set and halves the path to it (Tarjan and van Leeuwen 1984).</summary>
    private static int FindRoot(int[] parents, int item)
    {
        while (parents[item] != item)
        {
            parents[item] = parents[parents[item]];
            item = parents[item];
        }
        return item;
    }
}
