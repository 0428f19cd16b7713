using StreamBert.Model.Datasets;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Reads the files of a recipe for the trainer, because this project knows no file formats.</summary>
/// <param name="ReadRows">Reads the rows of a source: the values of its <see cref="RecipeSource.Columns"/> by column.</param>
/// <param name="ReadSentences">Reads the tagged sentences of a source in the CoNLL format.</param>
public sealed record RecipeReader(
    Func<RecipeSource, IEnumerable<IReadOnlyDictionary<string, string>>> ReadRows,
    Func<RecipeSource, IReadOnlyList<TaggedSentence>> ReadSentences)
{
    /// <summary>Reads the tokens of the recipe's vocabulary; null if the recipe names none.</summary>
    public Func<IReadOnlyList<string>>? ReadVocabulary { get; init; }
}
