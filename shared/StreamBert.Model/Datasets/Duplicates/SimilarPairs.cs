namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>The near-duplicates among inputs.</summary>
/// <param name="Pairs">
/// The pairs of at least the required similarity, which is computed exactly. A pair of just that similarity is missed with a probability of
/// at most 0.0001, a more similar one with a smaller one.
/// </param>
/// <param name="SkippedComparisons">
/// The number of comparisons that were skipped because an input resembles very many others, such as texts from one template. If it is not
/// 0, there may be more pairs.
/// </param>
public sealed record SimilarPairs(IReadOnlyCollection<SimilarPair> Pairs, long SkippedComparisons);
