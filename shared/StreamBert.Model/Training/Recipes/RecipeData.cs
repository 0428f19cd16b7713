using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Entities;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>The labelled texts of the training and validation splits of a recipe.</summary>
/// <param name="Training">The texts to train on.</param>
/// <param name="HeldOut">
/// The texts on which the best epoch is selected and temperatures are fitted. A text and its near-duplicates are held out of all heads,
/// because a distilled head also learns from the texts of others.
/// </param>
/// <param name="Stage">What is trained on and what was kept out.</param>
internal sealed record RecipeData(IReadOnlyList<RecipeText> Training, IReadOnlyList<RecipeText> HeldOut, TrainingStage Stage)
{
    /// <exception cref="ModelPackageException">A source is not as the recipe states.</exception>
    public static RecipeData Load(Recipe recipe, IReadOnlyList<HeadManifest> heads, RecipeReader reader, TextTokenizer tokenizer)
    {
        var all = recipe.Heads.Zip(heads).SelectMany(pair => Read(pair.First, pair.Second, reader)).ToList();
        var (texts, stage) = new TestTextFilter(recipe, reader, tokenizer).Exclude("fine-tuning", all, static text => text.Text);
        var encoder = new InputEncoder(tokenizer, recipe.MaxTokens);
        var split = HeldOutSplit.Create(
            texts.Select(text => encoder.Encode(text.Text)), texts.ConvertAll(static text => text.Stratum), recipe.ValidationShare,
            texts.ConvertAll(static text => text.Source.Split == RecipeSource.ValidationSplit));
        return new(split.GetTraining(texts), split.GetHeldOut(texts), stage);
    }

    /// <summary>Draws the anchor from the texts that may be copied.</summary>
    public IReadOnlyList<AnchorText> DrawAnchor() => AnchorSample.Draw(ListCopyable(Training), [.. ListCopyable(HeldOut)]);

    /// <summary>Encodes the texts that are held out, by head.</summary>
    public ValidationSet CreateValidationSet(TextTokenizer tokenizer, int maxTokens) => new(HeldOut.GroupBy(static text => text.Head.Name)
        .ToDictionary(
            static head => head.Key,
            IReadOnlyList<ValidationText> (head) => [.. head.Select(text => text.ToValidation(tokenizer, maxTokens))]));

    private static IEnumerable<LabelledText> ListCopyable(IEnumerable<RecipeText> texts) =>
        texts.Where(static text => text.Source.Anchor != false).Select(static text => text.ToLabelledText()).OfType<LabelledText>();

    private static IEnumerable<RecipeText> Read(RecipeHead head, HeadManifest manifest, RecipeReader reader)
    {
        var sources = head.Sources.Where(static source => source.Split != RecipeSource.TestSplit);
        return head.HasEntities
            ? sources.SelectMany(source => ReadSentences(source, manifest, reader))
            : sources.SelectMany(source => ReadTexts(source, manifest, reader));
    }

    private static IEnumerable<RecipeText> ReadTexts(RecipeSource source, HeadManifest head, RecipeReader reader)
    {
        var indices = head.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        return source.ReadLabelledTexts(reader).Select(row => new RecipeText(
            head, source, row.Text, indices.TryGetValue(row.Label, out var index) ? index : throw new ModelPackageException(
                $"{source.File} has the label '{row.Label}', which the recipe's head '{head.Name}' does not have.")));
    }

    private static IEnumerable<RecipeText> ReadSentences(RecipeSource source, HeadManifest head, RecipeReader reader)
    {
        var known = head.Labels.Select(EntityTags.GetType).Append(EntityMap.Unlabelled).ToHashSet();
        foreach (var sentence in source.ReadSentences(reader))
        {
            if (sentence.Tags.FirstOrDefault(tag => !known.Contains(EntityTags.GetType(tag))) is { } unknown)
            {
                throw new ModelPackageException(
                    $"{source.File} has the tag '{unknown}', whose type the recipe's head '{head.Name}' does not have.");
            }
            yield return new RecipeText(head, source, sentence.Text) { Sentence = sentence };
        }
    }
}
