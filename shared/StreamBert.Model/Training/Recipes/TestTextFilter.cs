using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Keeps texts out of training that the model reads identically to a text of the test splits, and near-duplicates of one.
/// </summary>
internal sealed class TestTextFilter(Recipe recipe, RecipeReader reader, TextTokenizer tokenizer)
{
    /// <summary>Returns the items that may be trained on, and what was kept out.</summary>
    public (List<T> Kept, TrainingStage Stage) Exclude<T>(string stage, IReadOnlyList<T> items, Func<T, string> getText)
    {
        var encoder = new InputEncoder(tokenizer, recipe.MaxTokens);
        var overlaps = EvaluationOverlaps.Find(encoder, items.Select(getText), recipe.ReadTestTexts(reader));
        var kept = items.Where((_, i) => overlaps[i] == EvaluationOverlap.None).ToList();
        var twins = overlaps.Count(static overlap => overlap == EvaluationOverlap.Twin);
        return (kept, new TrainingStage(stage, kept.Count, twins, items.Count - kept.Count - twins, InputIndex.DefaultSimilarity));
    }
}
