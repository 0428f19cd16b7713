using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Model.Languages;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.Recipes;

/// <summary>
/// Fine-tunes all heads of a recipe jointly on a pretrained encoder. Each text is trained on the heads that it has targets for. Texts that
/// resemble a text of the test splits are not trained on (<see cref="TrainingStage"/>). The best epoch on the held-out texts is kept, and
/// the package appears when it is complete.
/// </summary>
public static class RecipeTrainer
{
    /// <summary>Fine-tunes the heads, evaluates them on the test splits, and writes a package.</summary>
    /// <param name="task">The recipe, its data and the directories.</param>
    /// <param name="context">The environment of the run.</param>
    /// <returns>The reports on the test splits.</returns>
    /// <exception cref="ModelPackageException">
    /// The encoder is invalid, a source is not as the recipe states, the output directory has content, or the interrupted run had other
    /// data or options.
    /// </exception>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public static IReadOnlyList<ClassificationReport> Run(RecipeTask task, TrainingContext context)
    {
        var recipe = task.Recipe;
        var output = new TrainingOutput(task.OutputDirectory, task.Resume);
        if (recipe.CollapseUrls)
            task = task with { BaseDirectory = UrlToken.AddTo(task.BaseDirectory, output.WorkDirectory) };
        if (recipe.FineTuning.Adapter.Method != AdapterMethod.Full)
            PackageWeights.RequireAdaptable(task.BaseDirectory, output.PackageDirectory);
        var package = ModelPackage.Load(task.BaseDirectory);
        using var network = CreateNetwork(package, recipe);
        var data = RecipeData.Load(recipe, network.Heads, task.Reader, package.Tokenizer);
        var validation = data.CreateValidationSet(package.Tokenizer, recipe.MaxTokens);
        var checkpoints = new RunCheckpoints(
            output.WorkDirectory, CreateFingerprint(task, data), task.CheckpointInterval, context.TimeProvider);
        var options = recipe.FineTuning with { Seed = recipe.Seed };
        using var trainer = new SupervisedTrainer(network, package.Tokenizer.SpecialTokens, options)
        {
            Supervision = new(validation, checkpoints),
        };
        output.Begin();
        var usage = trainer.Train(RecipeExamples.Create(recipe, data.Training, package.Tokenizer), context).Usage;
        context.BeginPhase("calibrating");
        var manifest = package.Manifest with
        {
            Version = recipe.Version,
            Parent = package.Manifest.Version,
            Heads = validation.Calibrate(network),
            MaxTokens = recipe.MaxTokens,
            Languages = LanguageDetector.Choose(
                task.Languages, data.Training.Select(static text => text.Text), package.Manifest.Languages),
            Reports = [],
            Training = [.. package.Manifest.Training, data.Stage with { Usage = usage }],
        };
        var reports = new RecipePackage(task, output.PackageDirectory).Save(trainer.Method, manifest, data, context);
        output.Complete();
        return reports;
    }

    /// <summary>Adds the heads of the recipe to the encoder; those of the base package are removed.</summary>
    private static MultiTaskNetwork CreateNetwork(ModelPackage package, Recipe recipe)
    {
        using var generator = new Generator((ulong)recipe.Seed, CPU);
        var (parameters, config) = (package.Network.Parameters, package.Network.Config);
        foreach (var other in package.Manifest.Heads) parameters.RemoveHead(other.Name);
        var heads = recipe.Heads.Select(static head => head.CreateManifest()).ToList();
        foreach (var head in heads) ParameterInitializer.AddHead(parameters, config, head, generator);
        return new MultiTaskNetwork(config, heads, parameters);
    }

    private static RunFingerprint CreateFingerprint(RecipeTask task, RecipeData data)
    {
        var recipe = task.Recipe;
        var settings = JsonSerializer.Serialize(recipe with
        {
            FineTuning = recipe.FineTuning with { Threads = 0 },
            Pretraining = recipe.Pretraining with { Threads = 0 },
        });
        return new(
            ModelPackage.ComputeFingerprint(task.BaseDirectory),
            RunFingerprint.Hash(data.Training.Concat(data.HeldOut).Select(static text => text.Fingerprint)),
            RunFingerprint.Hash([settings]));
    }
}
