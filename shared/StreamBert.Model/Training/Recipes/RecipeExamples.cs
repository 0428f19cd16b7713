using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Creates the examples of an epoch: one for each text with the targets of all its heads, and one for each sentence.</summary>
internal static class RecipeExamples
{
    public static List<TrainingExample> Create(Recipe recipe, IReadOnlyList<RecipeText> training, TextTokenizer tokenizer)
    {
        var targets = new DistillationTargets(recipe.FineTuning, recipe.Seed);
        var byHead = training.Where(static text => text.Sentence is null).GroupBy(static text => text.Head).ToList();
        foreach (var head in byHead)
            targets.Add(head.Key, [.. head], byHead.Where(other => other.Key != head.Key));
        var repeats = training.GroupBy(static text => text.Text, StringComparer.Ordinal)
            .ToDictionary(static text => text.Key, static text => text.Max(static of => of.Source.Repeat), StringComparer.Ordinal);
        var texts = targets.ByText.SelectMany(pair => Enumerable.Repeat(
            new TrainingExample(tokenizer.Encode(pair.Key, recipe.MaxTokens).Ids, pair.Value), repeats[pair.Key]));
        var sentences = training.Where(static text => text.Sentence is not null)
            .SelectMany(text => Enumerable.Repeat(text.ToExample(tokenizer, recipe.MaxTokens), text.Source.Repeat));
        return [.. texts, .. sentences];
    }
}
