namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>Two different inputs with a high similarity.</summary>
/// <param name="First">The index of the input that was added first.</param>
/// <param name="Second">The index of the other input.</param>
/// <param name="Similarity">The Jaccard similarity of their sequences of three tokens.</param>
public readonly record struct SimilarPair(int First, int Second, double Similarity);
