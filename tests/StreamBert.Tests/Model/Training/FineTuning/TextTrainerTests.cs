using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Trains on a language in which the word "good" or "bad" decides the mood, and "oil" or "bank" the topic.</summary>
[Collection(nameof(SeededTraining))]
public sealed class TextTrainerTests : IDisposable
{
    private static readonly FineTuneOptions Options = new() { Epochs = 4, LearningRate = 1e-2, BatchTokens = 128, Threads = 1 };
    private readonly TempFolder _folder = new();

    public TextTrainerTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_heads_are_trained_validated_calibrated_and_reported_in_a_new_package()
    {
        var result = TextTrainer.Run(Task("out", Head("mood", 400), Head("topic", 300)), Options, Context());

        Assert.All(result.Reports, static report => Assert.True(report.Accuracy > 0.95, $"{report.Head} {report.Accuracy}"));
        Assert.Equal([("mood", 40), ("topic", 30)], result.Reports.Select(static report => (report.Head, (int)report.Count)));
        Assert.Equal(["topic"], result.UncalibratedHeads);
        Assert.Empty(result.UnpredictedLabels);
        using var model = TextClassifier.Load(_folder["out"]);
        Assert.Equal(["mood", "topic"], model.Heads.Select(static head => head.Name));
        Assert.Equal("good", model.Classify([model.Encode("the good oil n7")])[0].Heads["mood"].Label);
        var manifest = ModelPackage.ReadManifest(_folder["out"]);
        Assert.Equal(("out", "base-v1", 2), (manifest.Version, manifest.Parent, manifest.Reports.Count));
        Assert.NotEqual(1, manifest.Heads[0].Temperature);
        Assert.Equal("validation texts", ModelPackage.ReadProfile(_folder["out"])!.MeasuredOn);
        Assert.False(Directory.Exists(_folder["out.training"]));
    }

    [Fact]
    public void An_interrupted_run_continues_to_the_same_loss_and_the_same_weights()
    {
        var options = Options with { Epochs = 3, AverageDecay = 0.9, AccumulationSteps = 2, LayerDecay = 0.8 };
        var task = Task("plain", Head("mood", 150), Head("topic", 90)) with { CheckpointInterval = TimeSpan.Zero };
        var uninterrupted = new StepRecorder();
        var expected = TextTrainer.Run(task, options, Context(uninterrupted));

        var stops = 0;
        var resumed = new StepRecorder();
        for (var stopAt = 3; ; stopAt += 4, stops++)
        {
            using var stop = new CancellationTokenSource();
            resumed.OnStep = step => Cancel(stop, step, stopAt);
            try
            {
                TextTrainer.Run(
                    task with { OutputDirectory = _folder["resumed"], Resume = stops > 0 }, options, Context(resumed, stop));
                break;
            }
            catch (OperationCanceledException)
            {
                Assert.False(Directory.Exists(_folder["resumed"]));
            }
        }

        Assert.True(stops >= 3, $"{stops} interruptions");
        Assert.Equal(uninterrupted.Steps[^1].Loss, resumed.Steps[^1].Loss, 1e-9);
        Assert.Equal(uninterrupted.Steps.Select(static step => step.Step), resumed.Steps.Select(static step => step.Step));
        Assert.Equal(ModelPackage.HashWeights(_folder["plain"]), ModelPackage.HashWeights(_folder["resumed"]));
        Assert.Equal(
            expected.Reports.Select(static report => report.CalibrationError),
            ModelPackage.ReadManifest(_folder["resumed"]).Reports.Select(static report => report.CalibrationError));
    }

    [Fact]
    public void A_run_continues_only_with_the_same_data_and_options()
    {
        var task = Task("out", Head("mood", 60));
        Interrupt(task, Options);

        var (resumed, other) = (task with { Resume = true }, Task("other", Head("mood", 60)) with { Resume = true });
        Assert.Contains("continue it with --resume", Fault(task, Options), StringComparison.Ordinal);
        Assert.Contains("the options of the interrupted", Fault(resumed, Options with { Seed = 2 }), StringComparison.Ordinal);
        Assert.Contains("the data of", Fault(resumed with { Heads = [Head("mood", 61)] }, Options), StringComparison.Ordinal);
        Assert.Contains("no interrupted run", Fault(other, Options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_with_content_is_refused_and_stays_as_it_is()
    {
        Directory.CreateDirectory(_folder["out"]);
        File.WriteAllText(_folder["out/notes.txt"], "mine");

        Assert.Contains("exists already", Fault(Task("out", Head("mood", 60)), Options), StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(_folder["out"]).Select(Path.GetFileName));
    }

    [Fact]
    public void The_best_epoch_is_kept_and_training_stops_when_it_no_longer_helps()
    {
        var result = TextTrainer.Run(Task("out", Head("mood", 200)), Options with { Epochs = 40, EarlyStoppingEpochs = 1 }, Context());

        Assert.InRange(result.Epochs.Count, 2, 39);
        var best = StreamBert.Model.Training.Runs.EpochResult.FindBest(result.Epochs)!;
        Assert.Equal(result.Epochs.Count - 1, best.Epoch);
        Assert.Equal(best.Validation!.MacroF1, result.Reports[0].Macro.F1, 6); // of the stored weights
    }

    [Fact]
    public void A_label_that_is_never_predicted_is_named()
    {
        // 6 of 200 texts have the label, at random: nothing in the text reveals it.
        var texts = Texts("mood", 200).Select(static (text, i) => i % 33 == 0 ? text with { Label = "rare" } : text).ToList();

        var result = TextTrainer.Run(
            Task("out", new HeadTexts("mood", ["bad", "good", "rare"], texts, [], [])), Options, Context());

        Assert.Equal(new UnpredictedLabel("mood", "rare", 1, 20), Assert.Single(result.UnpredictedLabels));
    }

    [Fact]
    public void Heads_of_the_base_model_are_continued_replaced_or_kept()
    {
        // The base has the heads sentiment (3 labels) and topic (oil, banks).
        var frozen = Options with { Epochs = 1, FreezeEncoder = true };
        TextTrainer.Run(Task("kept", Head("mood", 60)), frozen, Context());
        TextTrainer.Run(
            Task("continued", new HeadTexts("topic", ["banks", "oil"], [.. Texts("topic", 60).Select(Rename)], [], [])), frozen, Context());

        Assert.Equal(["sentiment", "topic", "mood"], Heads("kept"));
        Assert.Equal(["sentiment", "topic"], Heads("continued"));
        Assert.Equal(["oil", "banks"], ModelPackage.ReadManifest(_folder["continued"]).Heads[1].Labels); // in the order of its logits
        using TextClassifier before = TextClassifier.Load(_folder["base"]), after = TextClassifier.Load(_folder["kept"]);
        Assert.Equal(Logits(before, "sentiment"), Logits(after, "sentiment"));

        static LabelledText Rename(LabelledText text) => text with { Label = text.Label == "bank" ? "banks" : "oil" };
    }

    [Fact]
    public void Accumulated_batches_have_the_gradients_of_one_large_batch()
    {
        var exact = Options with { Epochs = 1, Dropout = 0, TokenDropout = 0, BatchTokens = 4096 };
        var texts = Texts("mood", 64).ConvertAll(static text => text with { Text = "good oil today" }); // of one length
        HeadTexts head = new("mood", ["bad", "good"], texts, Texts("mood", 10), []);

        TextTrainer.Run(Task("large", head), exact, Context());
        TextTrainer.Run(Task("accumulated", head), exact with { BatchTokens = 16 * 5, AccumulationSteps = 4 }, Context());

        using SafeTensorsFile large = Weights("large"), accumulated = Weights("accumulated");
        foreach (var name in large.Names)
        {
            using TorchSharp.torch.Tensor one = large.Read(name), other = accumulated.Read(name);
            Assert.True(one.allclose(other, 1e-3, 1e-4), name);
        }
    }

    private SafeTensorsFile Weights(string name) => SafeTensorsFile.Open(Path.Combine(_folder[name], "model.safetensors"));

    private static float[] Logits(TextClassifier model, string head) =>
        model.Classify([model.Encode("good oil today")])[0].Logits[head];

    private IEnumerable<string> Heads(string name) => ModelPackage.ReadManifest(_folder[name]).Heads.Select(static head => head.Name);

    private static void Interrupt(TextTrainingTask task, FineTuneOptions options)
    {
        using var stop = new CancellationTokenSource();
        var recorder = new StepRecorder { OnStep = step => Cancel(stop, step, 2) };
        Assert.Throws<OperationCanceledException>(() => TextTrainer.Run(task, options, Context(recorder, stop)));
    }

    private static void Cancel(CancellationTokenSource stop, int step, int at)
    {
        if (step == at) stop.Cancel();
    }

    private static string Fault(TextTrainingTask task, FineTuneOptions options) =>
        Assert.Throws<ModelPackageException>(() => TextTrainer.Run(task, options, Context())).Message;

    private TextTrainingTask Task(string output, params HeadTexts[] heads) => new(_folder["base"], _folder[output], heads);

    private static HeadTexts Head(string name, int count) => ToyTexts.CreateHead(name, count);

    private static List<LabelledText> Texts(string head, int count) => ToyTexts.Create(head, count);

    private static TrainingContext Context(StepRecorder? recorder = null, CancellationTokenSource? stop = null) =>
        StepRecorder.CreateContext(recorder, stop);
}
