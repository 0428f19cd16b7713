using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Recipes;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.Recipes;

/// <summary>Trains a head on texts and a head on sentences jointly on the encoder of a tiny package.</summary>
[Collection(nameof(SeededTraining))]
public sealed class RecipeOnBaseTests : IDisposable
{
    private static readonly RecipeSource Moods = new() { File = "moods.csv", Label = "label" };
    private static readonly RecipeSource News = new() { File = "news.conll", Repeat = 2 };
    private readonly TempFolder _folder = new();

    public RecipeOnBaseTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_heads_learn_jointly_and_replace_those_of_the_base()
    {
        var reports = RecipeTrainer.Run(Task("out"), Context());

        Assert.Equal(["mood", "entities"], reports.Select(static report => report.Head));
        Assert.All(reports, static report => Assert.True(report.Micro.F1 > 0.9, $"{report.Head}: micro F1 {report.Micro.F1}"));
        using var model = TextClassifier.Load(_folder["out"]);
        Assert.Equal(["mood", "entities"], model.Heads.Select(static head => head.Name));
        Assert.Equal(["O", "B-ORG", "I-ORG"], model.Heads[1].Labels);
        var outputs = model.Classify([model.Encode("the good oil n3 n3"), model.Encode("the n3 bank prices n3")]);
        Assert.Equal(("good", "ORG"), (outputs[0].Heads["mood"].Label, Assert.Single(outputs[1].Entities!).Type));
        Assert.InRange(outputs[0].Heads["mood"].OutOfDistribution!.Value, 0, 0.99);
        Assert.All(ModelPackage.ReadManifest(_folder["out"]).Heads, static head => Assert.NotEqual(1, head.Temperature));
        Assert.False(Directory.Exists(_folder["out.training"]));
    }

    [Fact]
    public void An_interrupted_run_continues_to_the_same_weights()
    {
        RecipeTrainer.Run(Task("plain"), Context());
        using (var stop = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(() => RecipeTrainer.Run(Task("resumed"), Context(new Stop(stop, 5), stop.Token)));
        }

        RecipeTrainer.Run(Task("resumed") with { Resume = true }, Context());

        Assert.Equal(ModelPackage.HashWeights(_folder["plain"]), ModelPackage.HashWeights(_folder["resumed"]));
    }

    [Fact]
    public void A_recipe_can_train_an_adapter_of_its_base()
    {
        var task = Task("out");
        AdapterOptions lora = new() { Method = AdapterMethod.Lora, Rank = 4 };
        task = task with { Recipe = task.Recipe with { FineTuning = task.Recipe.FineTuning with { Adapter = lora, LearningRate = 2e-2 } } };

        var reports = RecipeTrainer.Run(task, Context());

        Assert.All(reports, static report => Assert.True(report.Micro.F1 > 0.9, $"{report.Head}: micro F1 {report.Micro.F1}"));
        Assert.False(File.Exists(_folder["out/model.safetensors"]));
        var manifest = ModelPackage.ReadManifest(_folder["out"]);
        Assert.Equal(("base", "lora"), (manifest.Base!.Name, manifest.Training[^1].Usage!.Method));
        using var model = TextClassifier.Load(_folder["out"]);
        Assert.Equal("good", model.Classify([model.Encode("the good oil n3 n3")])[0].Heads["mood"].Label);
    }

    [Fact]
    public void Web_addresses_can_be_one_token_of_the_base()
    {
        ReserveToken(_folder["base"]);
        var task = Task("out");

        RecipeTrainer.Run(task with { Recipe = task.Recipe with { CollapseUrls = true } }, Context());

        using var model = TextClassifier.Load(_folder["out"]);
        Assert.Equal(model.Encode("oil https://t.co/aB3xYz").Ids, model.Encode("oil http://example.com/n3?x=1").Ids);
        Assert.DoesNotContain("[URL]", File.ReadAllLines(_folder["base/vocab.txt"]));
        Assert.False(ModelPackage.ReadManifest(_folder["base"]).CollapseUrls);
        Assert.False(Directory.Exists(_folder["out.training"]));
    }

    [Fact]
    public void Web_addresses_need_a_reserved_token()
    {
        var task = Task("out");

        var error = Assert.Throws<ModelPackageException>(
            () => RecipeTrainer.Run(task with { Recipe = task.Recipe with { CollapseUrls = true } }, Context()));

        Assert.Contains("vocab.txt has no reserved token, such as [unused0]", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out.training"]));
    }

    private static void ReserveToken(string directory)
    {
        var path = Path.Combine(directory, "vocab.txt");
        File.WriteAllLines(path, File.ReadAllLines(path).Select(static token => token == "n99" ? "[unused0]" : token));
        ModelPackage.WriteManifest(directory, ModelPackage.ReadManifest(directory));
    }

    private RecipeTask Task(string output) => new(Recipe, new(Rows, Sentences), _folder["base"], _folder[output]);

    private static Recipe Recipe => new()
    {
        Version = "v1",
        Base = "base",
        MaxTokens = 16,
        ValidationShare = 0.25,
        Heads =
        [
            new() { Name = "mood", Labels = ["good", "bad"], Sources = [Moods, Test(Moods)] },
            new() { Name = "entities", Task = "tokens", Labels = ["ORG"], Sources = [News, Test(News)] },
        ],
        FineTuning = new() { Epochs = 8, LearningRate = 1e-2, BatchTokens = 256, Threads = 1, TokenDropout = 0 },
    };

    private static RecipeSource Test(RecipeSource source) => source with { Split = "test" };

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(RecipeSource source) =>
        Enumerable.Range(0, 300).Where(i => i % 5 == 0 == (source.Split == "test")).Select(static i => new Dictionary<string, string>
        {
            ["text"] = $"the {(i % 2 == 0 ? "good" : "bad")} oil n{i % 100} n{i / 7}",
            ["label"] = i % 2 == 0 ? "good" : "bad",
        });

    /// <summary>"n0 bank" to "n9 bank" are organizations.</summary>
    private static List<TaggedSentence> Sentences(RecipeSource source) =>
        [.. Enumerable.Range(0, 300).Where(i => i % 5 == 0 == (source.Split == "test")).Select(static i => i % 2 == 0
            ? new TaggedSentence(["the", $"n{i / 10 % 10}", "bank", "prices", $"n{i / 3}"], ["O", "B-ORG", "I-ORG", "O", "O"])
            : new TaggedSentence(["oil", "report", $"n{i % 50}", "today", $"n{i / 3}"], ["O", "O", "O", "O", "O"]))];

    private static TrainingContext Context(IProgress<TrainingProgress>? progress = null, CancellationToken? cancellation = null) =>
        new(TimeProvider.System, progress, cancellation ?? TestContext.Current.CancellationToken);

    private sealed class Stop(CancellationTokenSource source, int step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step) source.Cancel();
        }
    }
}
