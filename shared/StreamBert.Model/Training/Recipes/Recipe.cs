using System.Text.Json.Serialization;
using StreamBert.Model.Manifests;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Pretraining;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// A training recipe, a JSON file that defines a model: the labels and data of each head, and either a pretrained encoder or the sizes of a
/// new one and the corpus to pre-train it on.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Recipe
{
    /// <summary>The version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>The pretrained encoder, a directory or the name of a shipped model; null: an encoder is trained from scratch.</summary>
    public string? Base { get; init; }

    /// <summary>
    /// Whether every web address becomes one token of <see cref="Base"/>, in the place of a reserved token of its vocabulary; default
    /// false. An encoder from scratch always has such a token.
    /// </summary>
    public bool CollapseUrls { get; init; }

    /// <summary>The sizes of an encoder from scratch; null with <see cref="Base"/>.</summary>
    public RecipeSizes? Sizes { get; init; }

    /// <summary>
    /// A WordPiece vocabulary under the data directory, one token per line, such as that of a published checkpoint; null: a vocabulary of
    /// <see cref="RecipeSizes.Vocabulary"/> tokens is learned from the corpus.
    /// </summary>
    public string? Vocabulary { get; init; }

    /// <summary>Whether texts are lower-cased and lose their accents; default true. A cased vocabulary needs false.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>The longest input of the model in tokens; default 128.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>The seed of all random numbers; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The texts for pre-training; empty with <see cref="Base"/>.</summary>
    public IReadOnlyList<RecipeSource> Corpus { get; init; } = [];

    /// <summary>The heads.</summary>
    public required IReadOnlyList<RecipeHead> Heads { get; init; }

    /// <summary>
    /// The share of the training texts of each file that is not trained on: the best epoch is selected and temperatures are fitted on
    /// them. Default 0.05.
    /// </summary>
    public double ValidationShare { get; init; } = 0.05;

    /// <summary>The options of pre-training.</summary>
    public PretrainOptions Pretraining { get; init; } = new();

    /// <summary>The options of fine-tuning.</summary>
    public FineTuneOptions FineTuning { get; init; } = new();

    /// <summary>
    /// Returns the recipe without the training and validation texts of a source, to evaluate on a source that is not trained on.
    /// </summary>
    /// <param name="source">A file or a directory under the data directory.</param>
    /// <returns>The recipe; its test splits are the same.</returns>
    /// <exception cref="ModelPackageException">No head is trained on the source, or a head is trained on no other.</exception>
    public Recipe Without(string source)
    {
        var name = source.TrimEnd('/');
        if (!Heads.SelectMany(static head => head.Sources).Any(file => IsTrainedOn(file) && file.IsIn(name)))
            throw new ModelPackageException($"No head of the recipe is trained on '{source}'.");
        var heads = Heads.Select(head => head with { Sources = [.. head.Sources.Where(IsKept)] });
        var reduced = this with { Heads = [.. heads], Corpus = [.. Corpus.Where(file => !file.IsIn(name))] };
        return reduced.Heads.FirstOrDefault(static head => !head.Sources.Any(IsTrainedOn)) is not { } head ? reduced
            : throw new ModelPackageException($"The recipe's head '{head.Name}' is trained on '{source}' only.");

        bool IsKept(RecipeSource file) => file.Split == RecipeSource.TestSplit || !file.IsIn(name);
    }

    /// <summary>Reads the texts of the test splits of all heads.</summary>
    /// <param name="reader">Reads the files.</param>
    /// <returns>The texts, which must not be trained on.</returns>
    /// <exception cref="ModelPackageException">A source is not as the recipe states.</exception>
    public IEnumerable<string> ReadTestTexts(RecipeReader reader) =>
        from head in Heads
        from source in head.Sources
        where source.Split == RecipeSource.TestSplit
        from text in head.HasEntities
            ? source.ReadSentences(reader).Select(static sentence => sentence.Text)
            : source.ReadLabelledTexts(reader).Select(static row => row.Text)
        select text;

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="ModelPackageException">
    /// The file is missing, is not JSON, has an unknown field, or contradicts itself; the message names the field.
    /// </exception>
    public static Recipe Read(string path)
    {
        var recipe = PackageJson.Read<Recipe>(path);
        return RecipeValidator.FindFault(recipe) is not { } fault ? recipe : throw new ModelPackageException($"{path}: {fault}.");
    }

    private static bool IsTrainedOn(RecipeSource source) => source.Split == RecipeSource.TrainSplit;
}
