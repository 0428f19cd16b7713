using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Entities;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Languages;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
using StreamBert.Model.Training.Adapters;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Fine-tunes a token-classification head by cross-entropy on the first token of each word (Devlin et al. 2018, section 5.3). With a
/// frozen encoder the base package's other heads keep their predictions and are kept; otherwise the encoder changes, and they are removed.
/// </summary>
public static class EntityTrainer
{
    /// <summary>The share of the sentences that is held out to fit the temperature.</summary>
    private const double HeldOutShare = 0.1;

    /// <summary>Trains a head and writes a new package.</summary>
    /// <param name="task">The head and its data.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="context">The environment of the run.</param>
    /// <returns>The report on the test sentences; null if there are none.</returns>
    /// <exception cref="ModelPackageException">
    /// The base package is invalid, its head of this name has other labels, or the test sentences contain an entity type that is not
    /// trained.
    /// </exception>
    public static ClassificationReport? Run(EntityTrainingTask task, FineTuneOptions options, TrainingContext context)
    {
        if (options.Adapter.Method != AdapterMethod.Full) PackageWeights.RequireAdaptable(task.BaseDirectory, task.OutputDirectory);
        var package = ModelPackage.Load(task.BaseDirectory);
        using var parameters = package.Network.Parameters;
        var head = CreateHead(package.Manifest, task);
        var otherHeads = KeepOtherHeads(package, task.Head, options.FreezeEncoder);
        using var generator = new Generator((ulong)options.Seed, CPU);
        ParameterInitializer.AddHead(parameters, package.Network.Config, head, generator);
        var network = new MultiTaskNetwork(package.Network.Config, [.. otherHeads, head], parameters);
        var examples = Encode(package, head, task.Train);
        var split = Split(package, task.Train);
        using var trainer = new SupervisedTrainer(network, package.Tokenizer.SpecialTokens, options);
        var training = split.GetTraining(examples);
        var usage = trainer.Train(training, context).Usage;
        context.BeginPhase("calibrating");
        head = TemperatureScaling.Calibrate(
            network, head, split.GetHeldOut(examples).ConvertAll(static text => new ValidationText(text.Ids, text.TokenLabels!.Labels)));
        var heldOut = split.GetHeldOut(task.Train).ConvertAll(static sentence => sentence.Text);
        return SaveEvaluated(task, heldOut, trainer.Method, context, package.Manifest with
        {
            Version = task.Version,
            Parent = package.Manifest.Version,
            Heads = [.. otherHeads, head],
            Languages = LanguageDetector.Choose(
                task.Languages, task.Train.Select(static sentence => sentence.Text), package.Manifest.Languages,
                keepsHeads: otherHeads.Count > 0),
            Training =
            [
                .. package.Manifest.Training,
                new("fine-tuning", training.Count, Twins: 0, NearDuplicates: 0, InputIndex.DefaultSimilarity) { Usage = usage },
            ],
            Reports = [.. package.Manifest.Reports.Where(report => otherHeads.Any(other => other.Name == report.Head))],
        });
    }

    /// <summary>Returns the other heads if the encoder is frozen; otherwise removes them with their parameters.</summary>
    private static List<HeadManifest> KeepOtherHeads(ModelPackage package, string head, bool isFrozen)
    {
        var others = package.Manifest.Heads.Where(other => other.Name != head).ToList();
        if (isFrozen) return others;
        foreach (var other in others) package.Network.Parameters.RemoveHead(other.Name);
        return [];
    }

    private static HeldOutSplit Split(ModelPackage package, IReadOnlyList<TaggedSentence> sentences)
    {
        var encoder = new InputEncoder(package.Tokenizer, package.Manifest.MaxTokens);
        var labels = sentences.Select(static _ => "").ToList();
        return HeldOutSplit.Create(sentences.Select(sentence => encoder.Encode(sentence.Text)), labels, HeldOutShare);
    }

    /// <summary>
    /// Writes the package and what is measured of it. This is not cancelled, because a package without its measurements must not remain.
    /// </summary>
    private static ClassificationReport? SaveEvaluated(
        EntityTrainingTask task, List<string> heldOut, ITuner method, TrainingContext context, PackageManifest manifest)
    {
        method.Save(task.BaseDirectory, task.OutputDirectory, manifest);
        using var model = TextClassifier.Load(task.OutputDirectory); // the stored model is the one that will be served
        context.Phases?.Report("measuring the reference profile");
        ModelPackage.WriteProfile(task.OutputDirectory, ProfileBuilder.Measure(model, heldOut, "held-out training sentences"));
        if (task.Test.Count == 0) return null;
        context.Phases?.Report("evaluating on the test sentences");
        var report = EntityEvaluator.Evaluate(model, task.Test, task.Head, task.TestName);
        ModelPackage.UpdateManifest(task.OutputDirectory, stored => stored with { Reports = [.. stored.Reports, report] });
        return report;
    }

    private static HeadManifest CreateHead(PackageManifest manifest, EntityTrainingTask task)
    {
        var types = task.Train.SelectMany(static sentence => sentence.Tags).Select(EntityTags.GetType).OfType<string>()
            .Distinct().Order(StringComparer.Ordinal).ToList();
        if (types.Count == 0) throw new ModelPackageException("The training sentences contain no entity: every tag is O.");
        var created = new HeadManifest
        {
            Name = task.Head,
            Labels = EntityTags.CreateIob2Labels(types),
            Task = HeadTask.TokenClassification,
            Pooling = Pooling.None,
        };
        EntityEvaluator.RequireKnownTypes(created.Labels, task.Test, $"the training sentences ({task.TestName})");
        var existing = manifest.Heads.FirstOrDefault(head => head.Name == task.Head);
        if (existing is null) return created;
        return existing.Task == HeadTask.TokenClassification && existing.Labels.SequenceEqual(created.Labels) ? existing
            : throw new ModelPackageException(
            $"{task.BaseDirectory} has a head '{task.Head}' with other labels; give the new head another name (--head).");
    }

    private static List<TrainingExample> Encode(ModelPackage package, HeadManifest head, IReadOnlyList<TaggedSentence> sentences)
    {
        return [.. sentences.Select(sentence =>
        {
            var encoded = package.Tokenizer.Encode(sentence.Text, package.Manifest.MaxTokens);
            var tokenLabels = new TokenLabels(head.Name, sentence.GetTokenLabels(encoded, head.Labels));
            return new TrainingExample(encoded.Ids, TrainingExample.NoTargets) { TokenLabels = tokenLabels };
        })];
    }
}
