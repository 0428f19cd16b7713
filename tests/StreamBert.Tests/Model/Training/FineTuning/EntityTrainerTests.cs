using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

public sealed class EntityTrainerTests : IDisposable
{
    private static readonly FineTuneOptions Options = new() { Epochs = 24, LearningRate = 1e-2, Threads = 1, TokenDropout = 0 };
    private readonly TempFolder _folder = new();

    public EntityTrainerTests() => TinyModel.Save(Path.Combine(_folder.Path, "base"), "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_head_learns_entities_and_the_package_contains_the_report()
    {
        var report = EntityTrainer.Run(
            Task(Sentences(300, seed: 1)) with { Test = Sentences(60, seed: 2), TestName = "unseen" },
            Options,
            Context())!;

        Assert.True(report.Micro.F1 > 0.9, $"micro F1 {report.Micro.F1}");
        Assert.Equal(["LOC", "ORG"], report.Classes.Select(static type => type.Label));
        using var model = TextClassifier.Load(Output);
        Assert.Equal("ner-v1", model.Version);
        Assert.Equal("entities", Assert.Single(model.Heads).Name); // the other heads are removed because the encoder changed
        Assert.Equivalent(report, Assert.Single(model.Reports));
        Assert.Equal(
            "n3 bank",
            Assert.Single(model.Classify([model.Encode("the n3 bank prices")])[0].Entities!).WithText("the n3 bank prices").Text);
    }

    [Fact]
    public void What_follows_the_last_step_is_reported()
    {
        var recorder = new PhaseRecorder();

        EntityTrainer.Run(
            Task(Sentences(20, seed: 1)) with { Test = Sentences(9, seed: 2) }, Options with { Epochs = 1 },
            Context() with { Phases = recorder });

        Assert.Equal(["calibrating", "measuring the reference profile", "evaluating on the test sentences"], recorder.Phases);
    }

    [Fact]
    public void With_a_frozen_encoder_the_other_heads_predict_as_before()
    {
        EntityTrainer.Run(
            Task(Sentences(100, seed: 1)),
            Options with { FreezeEncoder = true, Epochs = 2 },
            Context());

        using TextClassifier before = TextClassifier.Load(Path.Combine(_folder.Path, "base")), after = TextClassifier.Load(Output);
        Assert.Equal(["sentiment", "topic", "entities"], after.Heads.Select(static head => head.Name));
        var (was, now) = (before.Classify([before.Encode("oil prices today")])[0], after.Classify([after.Encode("oil prices today")])[0]);
        Assert.All(was.Logits, head => Assert.Equal(head.Value, now.Logits[head.Key]));
    }

    [Fact]
    public void Untrainable_tasks_are_refused_with_the_reason()
    {
        Assert.Contains("every tag is O", Fault(Task([new(["the", "oil"], ["O", "O"])])), StringComparison.Ordinal);
        Assert.Contains(
            "has a head 'sentiment' with other labels",
            Fault(Task(Sentences(9, seed: 1)) with { Head = "sentiment" }),
            StringComparison.Ordinal);
        Assert.Contains("PER", Fault(Task(Sentences(9, seed: 1)) with { Test = [new(["good"], ["B-PER"])] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_is_evaluated_only_on_entity_types_that_it_has()
    {
        EntityTrainer.Run(Task(Sentences(20, seed: 1)), Options with { Epochs = 1 }, Context());
        using var model = TextClassifier.Load(Output);

        var fault = Assert.Throws<ModelPackageException>(
            () => EntityEvaluator.Evaluate(model, [new(["good"], ["B-PER"])], "entities", "data"));

        Assert.Contains("unknown to the head 'entities': PER; known are LOC, ORG", fault.Message, StringComparison.Ordinal);
    }

    private string Output => Path.Combine(_folder.Path, "out");

    private EntityTrainingTask Task(IReadOnlyList<TaggedSentence> sentences)
        => new(Path.Combine(_folder.Path, "base"), Output, "ner-v1", "entities", sentences);

    private static string Fault(EntityTrainingTask task) =>
        Assert.Throws<ModelPackageException>(() => EntityTrainer.Run(task, Options, Context())).Message;

    /// <summary>"n0 bank" to "n9 bank" are organizations, n50 to n59 places.</summary>
    private static List<TaggedSentence> Sentences(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0
            ? new TaggedSentence(["the", $"n{random.Next(10)}", "bank", "prices"], ["O", "B-ORG", "I-ORG", "O"])
            : new TaggedSentence(["oil", "report", $"n{random.Next(50, 60)}", "today"], ["O", "O", "B-LOC", "O"]))];
    }

    private static TrainingContext Context(IProgress<TrainingProgress>? progress = null) =>
        new(TimeProvider.System, progress, TestContext.Current.CancellationToken);
}
