namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>Numbers the different inputs of texts. It keeps 8 bytes per token of a different input, and no text.</summary>
public sealed class InputIndex
{
    /// <summary>The default of the similarity from which two inputs are near-duplicates.</summary>
    public const double DefaultSimilarity = 0.8;

    private readonly Dictionary<UInt128, int> _indices = [];
    private readonly List<ulong[]> _sets = [];

    /// <summary>The number of different inputs.</summary>
    public int Count => _sets.Count;

    /// <summary>Returns the index of an input, the same for twins.</summary>
    /// <param name="input">The input.</param>
    /// <returns>An index from 0.</returns>
    public int Add(ModelInput input)
    {
        if (_indices.TryGetValue(input.Fingerprint, out var index)) return index;
        _indices.Add(input.Fingerprint, _sets.Count);
        _sets.Add(input.Shingles);
        return _sets.Count - 1;
    }

    /// <summary>Finds near-duplicates.</summary>
    /// <param name="similarity">The smallest Jaccard similarity of the sequences of three tokens, from 0.3 to 1.</param>
    /// <returns>The pairs of different inputs that are at least as similar.</returns>
    public SimilarPairs FindSimilar(double similarity = DefaultSimilarity) => new SimilarPairSearch(_sets, similarity).Run();
}
