using StreamBert.Model;
using StreamBert.Model.Adapters;
using StreamBert.Model.Classification;
using StreamBert.Model.Packages;
using StreamBert.Model.SafeTensors;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Trains adapters on <see cref="ToyTexts"/>.</summary>
[Collection(nameof(SeededTraining))]
public sealed class TextTrainerMethodTests : IDisposable
{
    private static readonly FineTuneOptions Options = new() { Epochs = 4, LearningRate = 2e-2, BatchTokens = 128, Threads = 1 };
    private readonly TempFolder _folder = new();

    public TextTrainerMethodTests() => TinyModel.Save(_folder["base"], "base-v1");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(AdapterMethod.Lora)]
    [InlineData(AdapterMethod.AdaLora)]
    [InlineData(AdapterMethod.Bottleneck)]
    public void An_adapter_learns_the_head_and_is_saved_without_the_weights_of_its_base(string method)
    {
        var result = TextTrainer.Run(CreateTask("out"), With(method), StepRecorder.CreateContext());

        Assert.True(result.Reports[0].Accuracy > 0.95, $"{result.Reports[0].Accuracy}");
        Assert.Equal(
            ["SHA256SUMS", "adapter_config.json", "adapter_model.safetensors", "anchor.jsonl", "profile.json", "streambert.json"],
            Directory.GetFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).Except(ModelPackage.CompanionFiles));
        var manifest = ModelPackage.ReadManifest(_folder["out"]);
        Assert.Equal(("base", method), (manifest.Base!.Name, manifest.Training[^1].Usage!.Method));
        Assert.Equal(result.Usage, manifest.Training[^1].Usage);
        using var model = TextClassifier.Load(_folder["out"]);
        Assert.Equal("good", model.Classify([model.Encode("the good oil n7")])[0].Heads["mood"].Label);
    }

    [Theory]
    [InlineData(AdapterMethod.Lora)]
    [InlineData(AdapterMethod.AdaLora)]
    [InlineData(AdapterMethod.Bottleneck)]
    public void An_interrupted_run_of_an_adapter_continues_to_the_same_weights(string method)
    {
        var (options, task) = (With(method) with { Epochs = 3 }, CreateTask("plain") with { CheckpointInterval = TimeSpan.Zero });
        TextTrainer.Run(task, options, StepRecorder.CreateContext());

        task = task with { OutputDirectory = _folder["resumed"] };
        using var stop = new CancellationTokenSource();
        var recorder = new StepRecorder { OnStep = step => Cancel(stop, step) };
        Assert.Throws<OperationCanceledException>(() => TextTrainer.Run(task, options, StepRecorder.CreateContext(recorder, stop)));
        TextTrainer.Run(task with { Resume = true }, options, StepRecorder.CreateContext());

        Assert.Equal(ModelPackage.HashWeights(_folder["plain"]), ModelPackage.HashWeights(_folder["resumed"]));

        static void Cancel(CancellationTokenSource stop, int step)
        {
            if (step == 17) stop.Cancel(); // of 33: AdaLoRA reduces ranks in steps 10, 20 and 23
        }
    }

    [Fact]
    public void The_trained_parameters_are_those_of_the_adapter_file()
    {
        var usage = TextTrainer.Run(CreateTask("out"), With(AdapterMethod.Lora) with { Epochs = 1 }, StepRecorder.CreateContext()).Usage;

        using var saved = SafeTensorsFile.Open(_folder["out/adapter_model.safetensors"]);
        using var scope = TorchSharp.torch.NewDisposeScope();
        var adapter = saved.Names.Sum(name => saved.Read(name).numel());
        using var encoder = SafeTensorsFile.Open(_folder["base/model.safetensors"]);
        var untrained = encoder.Names.Where(static name => !name.StartsWith("heads.", StringComparison.Ordinal))
            .Sum(name => encoder.Read(name).numel());
        Assert.Equal((adapter, adapter + untrained), (usage.TrainedParameters, usage.Parameters));
        Assert.Equal((1e-3, true), (Math.Round(usage.StepSeconds, 9), usage.PeakMemoryBytes > 1 << 20)); // the clock advances 1 ms per look
    }

    [Fact]
    public void An_epoch_in_which_AdaLora_has_more_ranks_than_allowed_is_not_the_best()
    {
        var result = TextTrainer.Run(
            CreateTask("out"), With(AdapterMethod.AdaLora) with { Epochs = 4, EarlyStoppingEpochs = 1 }, StepRecorder.CreateContext());

        Assert.Equal([false, true], result.Epochs.Take(2).Select(static epoch => epoch.IsComplete));
        Assert.True(StreamBert.Model.Training.Runs.EpochResult.FindBest(result.Epochs)!.Epoch > 1);
    }

    [Fact]
    public void A_package_whose_base_would_not_be_found_contains_its_weights()
    {
        Directory.CreateDirectory(_folder["models"]);
        TextTrainer.Run(
            CreateTask("models/out"), With(AdapterMethod.Lora) with { Epochs = 1 }, StepRecorder.CreateContext());

        Assert.Null(ModelPackage.ReadManifest(_folder["models/out"]).Base);
        Assert.True(File.Exists(_folder["models/out/model.safetensors"]));
    }

    [Fact]
    public void What_cannot_be_saved_is_refused_before_the_training()
    {
        Directory.CreateDirectory(_folder["models"]);
        var options = With(AdapterMethod.Bottleneck) with { Epochs = 1 };
        TextTrainer.Run(CreateTask("adapter"), options, StepRecorder.CreateContext());
        var task = CreateTask("models/out") with { BaseDirectory = _folder["adapter"] };

        var elsewhere = Assert.Throws<ModelPackageException>(() => TextTrainer.Run(task, options, StepRecorder.CreateContext()));
        var twice = Assert.Throws<ModelPackageException>(() => TextTrainer.Run(
            task with { OutputDirectory = _folder["out"] }, options, StepRecorder.CreateContext()));

        Assert.Contains("is an adapter itself", elsewhere.Message, StringComparison.Ordinal);
        Assert.Contains("has bottleneck adapters", twice.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["models/out.training"]) || Directory.Exists(_folder["out.training"]));
    }

    private static FineTuneOptions With(string method) => Options with
    {
        Adapter = new() { Method = method, Rank = 4, Targets = [AdapterTarget.Query, AdapterTarget.Value], BottleneckSize = 8 },
    };

    private TextTrainingTask CreateTask(string output) =>
        new(_folder["base"], _folder[output], [ToyTexts.CreateHead("mood", 200)]);
}
