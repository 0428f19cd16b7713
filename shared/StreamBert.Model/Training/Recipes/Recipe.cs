using System.Text.Json.Serialization;
using StreamBert.Model.Manifests;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Pretraining;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// A training recipe, a JSON file that defines a model from scratch: the sizes of the encoder, the corpus for pre-training, and the labels
/// and data of each head.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Recipe
{
    /// <summary>The version of the model.</summary>
    public required string Version { get; init; }

    /// <summary>The sizes of the encoder.</summary>
    public required RecipeSizes Sizes { get; init; }

    /// <summary>The longest input of the model in tokens; default 128.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>The seed of all random numbers; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The texts for pre-training.</summary>
    public required IReadOnlyList<RecipeSource> Corpus { get; init; }

    /// <summary>The heads.</summary>
    public required IReadOnlyList<RecipeHead> Heads { get; init; }

    /// <summary>The options of pre-training.</summary>
    public PretrainOptions Pretraining { get; init; } = new();

    /// <summary>The options of fine-tuning.</summary>
    public FineTuneOptions FineTuning { get; init; } = new();

    /// <summary>Reads the texts of the test splits of all heads.</summary>
    /// <param name="rows">Reads the rows of the sources.</param>
    /// <returns>The texts, which must not be trained on.</returns>
    /// <exception cref="ModelPackageException">A source is not as the recipe states.</exception>
    public IEnumerable<string> ReadTestTexts(RecipeRows rows) =>
        Heads.SelectMany(static head => head.Sources).Where(static source => source.Split == RecipeSource.TestSplit)
            .SelectMany(source => source.ReadLabelledTexts(rows)).Select(static row => row.Text);

    /// <summary>Reads a recipe.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The recipe.</returns>
    /// <exception cref="ModelPackageException">The file is missing, is not JSON, or has an unknown field.</exception>
    public static Recipe Read(string path) => PackageJson.Read<Recipe>(path);
}
