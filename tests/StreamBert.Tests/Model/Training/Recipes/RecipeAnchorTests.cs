using StreamBert.Model;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Recipes;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.Recipes;

/// <summary>Trains a head by a recipe of two files, one of which may not be copied.</summary>
[Collection(nameof(SeededTraining))]
public sealed class RecipeAnchorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public RecipeAnchorTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_by_a_recipe_writes_held_out_and_training_texts_of_the_sources_that_may_be_copied()
    {
        RecipeTrainer.Run(Task, Context());

        var anchor = ModelPackage.ReadAnchor(_folder["out"]);
        Assert.InRange(anchor.Count(static text => text.Part == AnchorText.EvaluationPart), 15, 25); // a fifth of 100
        Assert.Equal(100, anchor.Count);
        Assert.All(anchor, static text => Assert.Contains("oil", text.Text, StringComparison.Ordinal));
        ModelPackage.Verify(_folder["out"]);
    }

    [Fact]
    public void The_anchor_of_an_existing_package_is_the_one_that_its_training_would_have_written()
    {
        RecipeTrainer.Run(Task, Context());
        var trained = ModelPackage.ReadAnchor(_folder["out"]);
        ModelPackage.WriteAnchor(_folder["out"], []);

        RecipeAnchor.Write(Task.Recipe, Task.Reader, _folder["out"]);

        Assert.Equal(trained, ModelPackage.ReadAnchor(_folder["out"]));
    }

    [Fact]
    public void The_recipe_of_another_package_is_refused() => Assert.Contains(
        "the recipe trains v1", Assert.Throws<ModelPackageException>(() =>
            RecipeAnchor.Write(Task.Recipe, Task.Reader, _folder["base"])).Message, StringComparison.Ordinal);

    private RecipeTask Task => new(
        new()
        {
            Version = "v1",
            Base = "base",
            MaxTokens = 16,
            ValidationShare = 0.2,
            Heads =
            [
                new()
                {
                    Name = "mood",
                    Labels = ["good", "bad"],
                    Sources = [new() { File = "oil.csv", Label = "label" }, new() { File = "bank.csv", Label = "label", Anchor = false }],
                },
            ],
            FineTuning = new() { Epochs = 1, Threads = 1 },
        },
        new(Rows, static _ => []), _folder["base"], _folder["out"]);

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(RecipeSource source) =>
        Enumerable.Range(0, 100).Select(i => new Dictionary<string, string>
        {
            ["text"] = $"the {(i % 2 == 0 ? "good" : "bad")} {Path.GetFileNameWithoutExtension(source.File)} n{i} n{i / 7}",
            ["label"] = i % 2 == 0 ? "good" : "bad",
        });

    private static TrainingContext Context() => new(TimeProvider.System, null, TestContext.Current.CancellationToken);
}
