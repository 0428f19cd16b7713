namespace StreamBert.Model.Training.Recipes;

/// <summary>The sizes of the encoder.</summary>
/// <param name="Vocabulary">The maximum number of tokens in a learned vocabulary; unused if the recipe names one.</param>
/// <param name="Hidden">The hidden size, a multiple of the attention heads.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="AttentionHeads">The number of attention heads.</param>
/// <param name="Intermediate">The size of the feed-forward layers.</param>
/// <param name="MaxPositions">The longest input in tokens.</param>
public sealed record RecipeSizes(int Vocabulary, int Hidden, int Layers, int AttentionHeads, int Intermediate, int MaxPositions);
