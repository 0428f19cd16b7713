using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;
using StreamBert.Model.Training.Pretraining;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Creates an encoder from scratch: learns a vocabulary, unless the recipe names one, and pre-trains by masked-language modelling (Devlin
/// et al. 2018).
/// </summary>
public static class Pretrainer
{
    private const int MaxTextTokens = 4096, MinPairCount = 3, MinTextTokens = 4, MinChunkTokens = 8;

    /// <summary>
    /// Learns a vocabulary and an encoder from the corpus of a recipe, and writes them as a package without heads. The encoder is not
    /// trained on texts that resemble a text of the test splits.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="reader">Reads its files.</param>
    /// <param name="outputDirectory">The directory of the package.</param>
    /// <param name="context">The environment of the run.</param>
    /// <exception cref="ModelPackageException">A source is not as the recipe states, or the vocabulary lacks a special token.</exception>
    public static void Run(Recipe recipe, RecipeReader reader, string outputDirectory, TrainingContext context)
    {
        var sizes = recipe.Sizes
            ?? throw new ModelPackageException("The recipe states no sizes: its encoder is that of its base model.");
        var texts = recipe.Corpus.SelectMany(source => source.ReadTexts(reader)).Where(static text => text.Length > 0).ToList();
        var vocabulary = reader.ReadVocabulary?.Invoke() ?? WordPieceTrainer.Train(texts, sizes.Vocabulary, MinPairCount);
        var collapseUrls = vocabulary.Contains(AddedToken.Url);
        var tokenizer = new WordPieceTokenizer(vocabulary, recipe.Lowercase, collapseUrls);
        var filter = new TestTextFilter(recipe, reader, tokenizer);
        var (kept, stage) = filter.Exclude("pre-training", texts, static text => text);
        var inputs = kept.SelectMany(text => SplitIntoInputs(tokenizer.Encode(text, MaxTextTokens).Ids, recipe.Pretraining.MaxTokens))
            .ToList();
        var config = CreateConfig(sizes, vocabulary.Count);
        random.manual_seed(recipe.Seed);
        using var generator = new Generator((ulong)recipe.Seed, CPU);
        using var network = new MultiTaskNetwork(config, [], ParameterInitializer.Create(config, [], generator));
        new MaskedLanguageModelTrainer(network, GetMask(tokenizer), recipe.Pretraining, recipe.Seed)
            .Train(inputs, context);
        ModelPackage.Save(outputDirectory, network, vocabulary, new PackageManifest
        {
            Version = recipe.Version + "-pretrained",
            Heads = [],
            MaxTokens = recipe.MaxTokens,
            Lowercase = recipe.Lowercase,
            CollapseUrls = collapseUrls,
            Training = [stage],
        });
    }

    private static int GetMask(WordPieceTokenizer tokenizer) => tokenizer.SpecialTokens.Mask
        ?? throw new ModelPackageException("The vocabulary of the recipe lacks the token [MASK], which pre-training needs.");

    private static EncoderConfig CreateConfig(RecipeSizes sizes, int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        HiddenSize = sizes.Hidden,
        Layers = sizes.Layers,
        AttentionHeads = sizes.AttentionHeads,
        IntermediateSize = sizes.Intermediate,
        MaxPositions = sizes.MaxPositions,
    };

    /// <summary>Splits a long text into several inputs with special tokens; very short texts and rests are dropped.</summary>
    private static IEnumerable<int[]> SplitIntoInputs(int[] ids, int maxTokens)
    {
        if (ids.Length <= maxTokens) return ids.Length > MinTextTokens ? [ids] : [];
        var inner = ids[1..^1];
        return inner.Chunk(maxTokens - 2).Where(static chunk => chunk.Length > MinChunkTokens)
            .Select(chunk => (int[])[ids[0], .. chunk, ids[^1]]);
    }
}
