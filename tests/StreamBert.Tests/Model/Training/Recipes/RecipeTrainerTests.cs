using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Recipes;

namespace StreamBert.Tests.Model.Training.Recipes;

/// <summary>
/// Trains a model on a toy language: vocabulary, pre-training, fine-tuning, a package for inference, feedback.
/// </summary>
public sealed class RecipeTrainerTests : IDisposable
{
    private const int TrainingRows = 480;

    private static readonly string[] Good = ["gains", "rises", "wins"], Bad = ["falls", "loses", "drops"], Names
        = ["acme", "globex", "hooli", "wonka", "initech", "umbrella", "tyrell", "vandelay"];
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_model_trained_from_scratch_learns_a_toy_language_and_then_feedback()
    {
        var steps = new List<TrainingProgress>();

        RecipeReader reader = new(Rows, static _ => []);
        Pretrainer.Run(Recipe, reader, _folder["pretrained"], Context(new Recorder(steps)));
        var report = Assert.Single(RecipeTrainer.Run(
            new(Recipe, reader, _folder["pretrained"], _folder["v1"]), Context(new Recorder(steps))));

        Assert.InRange(report.Accuracy, 0.95, 1);
        Assert.Equal(ModelPackage.HashWeights(_folder["v1"]), ModelPackage.ReadManifest(_folder["v1"]).Sha256);
        Assert.Equal(["pre-training", "fine-tuning"], steps.Select(static step => step.Stage).Distinct());
        AssertNoTestTextIsTrained(ModelPackage.ReadManifest(_folder["v1"]).Training);
        Assert.Equal(steps[^1].Steps, steps[^1].Step);

        var feedback = Names.SelectMany(static name => Names.Select(other => new LabelledText($"{name} merges {other}", "mood", "bad")))
            .ToList();
        FineTuner.Run(
            _folder["v1"],
            _folder["v2"],
            "toy-v2",
            new(feedback),
            new() { Epochs = 10, LearningRate = 2e-3, BatchTokens = 64, Threads = 1 },
            Context());

        using var model = TextClassifier.Load(_folder["v2"]);
        Assert.Equal(("toy-v2", "toy-v1"), (model.Version, ModelPackage.ReadManifest(_folder["v2"]).Parent));
        Assert.Equal(1, Evaluator.Evaluate(model, feedback, "mood", "feedback").Accuracy);
    }

    [Fact]
    public void An_unknown_label_is_refused_by_name()
    {
        Inference.Serving.TinyPackage.Write(_folder["tiny"], "tiny-v1", "sentiment");

        var refusal = Assert.Throws<ArgumentException>(() => FineTuner.Run(_folder["tiny"], _folder["out"], "tiny-v2",
            new([new("a text", "sentiment", "furious")]), new(), Context()));

        Assert.Contains("no label 'furious'", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Compares with the numbers of rows whose text is in both files; the four-word texts have no near-duplicates.</summary>
    private static void AssertNoTestTextIsTrained(IReadOnlyList<TrainingStage> stages)
    {
        var sources = Recipe.Heads[0].Sources;
        var test = Rows(sources[1]).Select(static row => row["text"]).ToHashSet();
        var twins = Rows(sources[0]).Count(row => test.Contains(row["text"]));

        Assert.InRange(twins, 1, TrainingRows - 1);
        Assert.Equal(
            [new("pre-training", TrainingRows - twins, twins, 0, 0.8), new("fine-tuning", TrainingRows - twins, twins, 0, 0.8)],
            stages.Select(static stage => stage with { Usage = null }));
    }

    private static Recipe Recipe => new()
    {
        Version = "toy-v1",
        Sizes = new(Vocabulary: 120, Hidden: 32, Layers: 1, AttentionHeads: 2, Intermediate: 64, MaxPositions: 32),
        MaxTokens = 32,
        Corpus = [new() { File = "train.csv" }],
        Heads =
        [
            new()
            {
                Name = "mood",
                Labels = ["good", "bad"],
                Sources = [new() { File = "train.csv", Label = "label" }, new() { File = "test.csv", Label = "label", Split = "test" }],
            },
        ],
        Pretraining = new() { Epochs = 1, BatchTokens = 256, Threads = 1, MixedPrecision = false },
        FineTuning = new() { Epochs = 10, LearningRate = 3e-3, BatchTokens = 256, Distillation = 1, Threads = 1 },
    };

    private static IEnumerable<IReadOnlyDictionary<string, string>> Rows(RecipeSource source)
    {
        var random = new Random(source.Split == "test" ? 2 : 1);
        for (var i = 0; i < (source.Split == "test" ? 60 : TrainingRows); i++)
        {
            var good = random.Next(2) == 0;
            var verbs = good ? Good : Bad;
            yield return new Dictionary<string, string>
            {
                ["text"]
                    = $"{Names[random.Next(Names.Length)]} {verbs[random.Next(verbs.Length)]} against {Names[random.Next(Names.Length)]}",
                ["label"] = good ? "good" : "bad",
            };
        }
    }

    private sealed class Recorder(List<TrainingProgress> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value);
    }

    private static TrainingContext Context(IProgress<TrainingProgress>? progress = null) =>
        new(TimeProvider.System, progress, TestContext.Current.CancellationToken);
}
