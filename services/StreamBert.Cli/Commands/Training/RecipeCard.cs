using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Cli.Commands.Training;

/// <summary>Writes the model card of a recipe, with evaluations on its test splits.</summary>
internal sealed class RecipeCard(Recipe recipe, RecipeFiles files)
{
    public void Write(string directory)
    {
        var heads = recipe.Heads.ToLookup(static head => head.HasEntities);
        new TrainedModelCard(directory, CreateTraining()).Write(
            [.. heads[false].SelectMany(head => head.ReadTestTexts(files.Reader))],
            [.. heads[true].SelectMany(head => head.ReadTestSentences(files.Reader))]);
    }

    private CardTraining CreateTraining() => CardTraining.Create(
        TrainCommand.Recipe,
        [
            .. recipe.Corpus.Select(source => files.Describe(source, null)),
            .. recipe.Heads.SelectMany(head => head.Sources.Select(source => files.Describe(source, head))),
        ],
        new { recipe.Base, recipe.Sizes, recipe.Vocabulary, recipe.MaxTokens, recipe.Seed, recipe.Pretraining, recipe.FineTuning });
}
