using System.Globalization;
using System.Text.Json;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Languages;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Trains heads that classify texts, and the encoder of a base package with them, on a user's labelled texts. The best epoch on the
/// validation texts is kept, its temperatures are fitted on them, and the package appears when it is complete.
/// </summary>
public static class TextTrainer
{
    /// <summary>Trains heads and writes a new package.</summary>
    /// <param name="task">The heads and their data.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="context">The environment of the run.</param>
    /// <returns>The reports on the validation and test texts.</returns>
    /// <exception cref="ModelPackageException">
    /// The base package is invalid, the output directory has content, or the interrupted run had other data or options.
    /// </exception>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    public static TextTrainingResult Run(TextTrainingTask task, FineTuneOptions options, TrainingContext context)
    {
        var output = new TrainingOutput(task.OutputDirectory, task.Resume);
        if (options.Adapter.Method != AdapterMethod.Full)
            PackageWeights.RequireAdaptable(task.BaseDirectory, output.PackageDirectory);
        var package = ModelPackage.Load(task.BaseDirectory);
        using var network = HeadPreparation.CreateNetwork(package, task.Heads, options);
        var parts = task.Heads.Select(texts => HeadPart.Create(
            package, network.Heads.Single(head => head.Name == texts.Head), texts, task.ValidationShare)).ToList();
        var validation = ValidationSet.Create(parts);
        var checkpoints = new RunCheckpoints(
            output.WorkDirectory, CreateFingerprint(task, options), task.CheckpointInterval, context.TimeProvider);
        using var trainer = new SupervisedTrainer(network, package.Tokenizer.SpecialTokens, options)
        {
            Supervision = new(validation, checkpoints),
        };
        output.Begin();
        var (epochs, usage) = trainer.Train(ExampleBuilder.Create(parts, options), context);
        context.BeginPhase("calibrating");
        var stage = new TrainingStage(
            "fine-tuning", parts.Sum(static part => part.Training.Count), task.ExcludedTwins, task.ExcludedNearDuplicates,
            InputIndex.DefaultSimilarity)
        {
            Usage = usage,
        };
        var manifest = CreateManifest(task, package.Manifest, task.Version ?? output.Name, validation.Calibrate(network)) with
        {
            Training = [.. package.Manifest.Training, stage],
        };
        var trained = new TrainedPackage(task, output.PackageDirectory, parts);
        var reports = trained.Save(trainer.Method, manifest, new(options.Device), context);
        output.Complete();
        return new(manifest.Version, reports, epochs, validation.FindUnpredictedLabels(network), FindUncalibrated(parts))
        {
            Evaluated = trained.Evaluated,
            Usage = usage,
        };
    }

    /// <summary>Computes a SHA-256 over what the result of a run depends on: base package, texts and options.</summary>
    /// <param name="task">The heads and their data.</param>
    /// <param name="options">The options of the training.</param>
    /// <returns>The hash in lower-case hexadecimal.</returns>
    /// <exception cref="ModelPackageException">The base package is invalid.</exception>
    public static string ComputeFingerprint(TextTrainingTask task, FineTuneOptions options)
    {
        var fingerprint = CreateFingerprint(task, options);
        return RunFingerprint.Hash([fingerprint.Base, fingerprint.Data, fingerprint.Options]);
    }

    private static PackageManifest CreateManifest(
        TextTrainingTask task, PackageManifest parent, string version, IReadOnlyList<HeadManifest> heads)
    {
        var kept = heads.Select(static head => head.Name).Except(task.Heads.Select(static texts => texts.Head)).ToHashSet();
        return parent with
        {
            Version = version,
            Parent = parent.Version,
            Heads = heads,
            Languages = LanguageDetector.Choose(
                task.Languages, task.Heads.SelectMany(static head => head.Train).Select(static text => text.Text), parent.Languages,
                keepsHeads: kept.Count > 0),
            Reports = [.. parent.Reports.Where(report => kept.Contains(report.Head))],
        };
    }

    private static List<string> FindUncalibrated(List<HeadPart> parts) =>
        [.. parts.Where(static part => part.Validation.Count < TemperatureScaling.MinTexts).Select(static part => part.Head.Name)];

    private static RunFingerprint CreateFingerprint(TextTrainingTask task, FineTuneOptions options)
    {
        var texts = task.Heads.SelectMany(static head => head.Labels.Prepend(head.Head)
            .Concat(head.Train.Concat(head.Validation).SelectMany(static text => new[] { text.Text, text.Label })));
        var share = task.ValidationShare.ToString(CultureInfo.InvariantCulture);
        var settings = JsonSerializer.Serialize(options with { Threads = 0 });
        return new(
            ModelPackage.ComputeFingerprint(task.BaseDirectory), RunFingerprint.Hash(texts), RunFingerprint.Hash([settings, share]));
    }
}
