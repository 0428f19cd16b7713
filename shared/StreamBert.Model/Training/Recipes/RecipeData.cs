using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>The labelled texts of the training splits of a recipe, by head.</summary>
/// <param name="Training">The texts to train on, with the indices of their labels.</param>
/// <param name="HeldOut">
/// The texts on which the temperatures are fitted. A text and its near-duplicates are held out of all heads, because a distilled head also
/// learns from the texts of others.
/// </param>
/// <param name="Stage">What is trained on and what was kept out.</param>
internal sealed record RecipeData(
    IReadOnlyDictionary<string, List<(string Text, int Label)>> Training,
    IReadOnlyDictionary<string, List<(string Text, int Label)>> HeldOut,
    TrainingStage Stage)
{
    private const double HeldOutShare = 0.05;

    /// <exception cref="ModelPackageException">A source is not as the recipe states.</exception>
    public static RecipeData Load(Recipe recipe, RecipeRows rows, TextTokenizer tokenizer)
    {
        var all = recipe.Heads.SelectMany(head => Read(head, rows)).ToList();
        var (texts, stage) = new TestTextFilter(recipe, rows, tokenizer).Exclude("fine-tuning", all, static text => text.Text);
        var encoder = new InputEncoder(tokenizer, recipe.MaxTokens);
        var split = HeldOutSplit.Create(
            texts.Select(text => encoder.Encode(text.Text)), texts.ConvertAll(static text => $"{text.Head}/{text.Label}"), HeldOutShare);
        return new RecipeData(GroupByHead(recipe, split.GetTraining(texts)), GroupByHead(recipe, split.GetHeldOut(texts)), stage);
    }

    public List<string> ListHeldOutTexts() =>
        [.. HeldOut.Values.SelectMany(static texts => texts).Select(static text => text.Text).Distinct()];

    private static IEnumerable<LabelledText> Read(RecipeHead head, RecipeRows rows) => head.Sources
        .Where(static source => source.Split == RecipeSource.TrainSplit)
        .SelectMany(source => source.ReadLabelledTexts(rows).Select(row => new LabelledText(
            row.Text, head.Name, head.Labels.Contains(row.Label) ? row.Label : throw new ModelPackageException(
                $"{source.File} has the label '{row.Label}', which the recipe's head '{head.Name}' does not have."))));

    private static Dictionary<string, List<(string Text, int Label)>> GroupByHead(Recipe recipe, List<LabelledText> texts)
    {
        var byHead = texts.ToLookup(static text => text.Head);
        return recipe.Heads.ToDictionary(static head => head.Name, head =>
        {
            var indices = head.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
            return byHead[head.Name].Select(text => (text.Text, indices[text.Label])).ToList();
        });
    }
}
