using StreamBert.Contracts;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Heads;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Training;

/// <summary>What is trained of a head that names entities, and on what.</summary>
/// <param name="BaseDirectory">The package whose encoder it stands on.</param>
/// <param name="Head">Its name; a head that the base has under this name is trained on.</param>
/// <param name="Test">Sentences for the report; empty: none.</param>
public sealed record EntityTask(
    string BaseDirectory,
    string OutputDirectory,
    string Version,
    string Head,
    IReadOnlyList<TaggedSentence> Train)
{
    public IReadOnlyList<TaggedSentence> Test { get; init; } = [];

    /// <summary>What the report calls the test sentences.</summary>
    public string TestName { get; init; } = "test";
}

/// <summary>
/// Fine-tunes a head that names entities, with cross-entropy on the deciding token of each word (Devlin et al. 2018, section 5.3). With a
/// frozen encoder the
/// base's other heads answer as before and stay; else the encoder changes under them, so that they are left out of the new package.
/// </summary>
public static class EntityTrainer
{
    /// <summary>Every tenth sentence is not trained on but sets the temperature.</summary>
    private const int CalibrationShare = 10;

    /// <returns>The report on the test sentences; null without any.</returns>
    /// <exception cref="ModelPackageException">The base is invalid, its head of that name is another one, or a test type is not
    /// trained.</exception>
    public static ClassificationReport? Run(
        EntityTask task,
        FineTuneOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        var package = ModelPackage.Load(task.BaseDirectory);
        using var weights = package.Network.Weights;
        var head = Head(package.Manifest, task);
        var kept = Kept(package, task.Head, options.FreezeEncoder);
        using var generator = new Generator((ulong)options.Seed, CPU);
        weights.AddHead(package.Network.Config, head, generator);
        var network = new TextNetwork(package.Network.Config, [.. kept, head], weights);
        var texts = Encode(package, head, task.Train);
        SupervisedTrainer.Train(
            network,
            package.Tokenizer.SpecialTokens,
            [.. texts.Where(static (_, i) => !IsHeld(i))],
            options,
            progress,
            cancellation);
        var temperature = Calibration.FitTokens(network, head, [.. texts.Where(static (_, i) => IsHeld(i))]);
        return SaveMeasured(task, network, package.Manifest with
        {
            Version = task.Version,
            Parent = package.Manifest.Version,
            Heads = [.. kept, head with { Temperature = temperature }],
            Reports = [.. package.Manifest.Reports.Where(report => kept.Any(other => other.Name == report.Head))],
        });
    }

    /// <summary>The base's other heads; none, and no weights of theirs, where the encoder learns.</summary>
    private static List<HeadManifest> Kept(ModelPackage package, string head, bool frozen)
    {
        var others = package.Manifest.Heads.Where(other => other.Name != head).ToList();
        if (frozen) return others;
        foreach (var dropped in others) package.Network.Weights.RemoveHead(dropped.Name);
        return [];
    }

    private static bool IsHeld(int i) => i % CalibrationShare == CalibrationShare - 1;

    private static ClassificationReport? SaveMeasured(EntityTask task, TextNetwork network, PackageManifest manifest)
    {
        ModelPackage.SaveLike(task.BaseDirectory, task.OutputDirectory, network, manifest);
        if (task.Test.Count == 0) return null;
        using var model = TextClassifier.Load(task.OutputDirectory); // as stored: what is measured is what is served
        var report = EntityEvaluator.Evaluate(model, task.Test, task.Head, task.TestName);
        ModelPackage.SaveLike(task.BaseDirectory, task.OutputDirectory, network, manifest with { Reports = [.. manifest.Reports, report] });
        return report;
    }

    private static HeadManifest Head(PackageManifest manifest, EntityTask task)
    {
        var types = task.Train.SelectMany(static sentence => sentence.Tags).Select(Tags.TypeOf).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        var fresh = new HeadManifest { Name = task.Head, Labels = Tags.Iob2Labels(types), Task = HeadTask.Tokens, Pooling = Pooling.None };
        if (types.Count == 0) throw new ModelPackageException("The training sentences name no entity: every tag is O.");
        EntityEvaluator.RequireTypes(fresh.Labels, task.Test, $"the training sentences ({task.TestName})");
        return manifest.Heads.FirstOrDefault(head => head.Name == task.Head) is not { } known ? fresh
            : known.Task == HeadTask.Tokens && known.Labels.SequenceEqual(fresh.Labels) ? known
            : throw new ModelPackageException(
                $"{task.BaseDirectory} has a head '{task.Head}' with other labels; give the new head another name (--head).");
    }

    private static List<TrainingText> Encode(ModelPackage package, HeadManifest head, IReadOnlyList<TaggedSentence> sentences)
    {
        var labels = head.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        return [.. sentences.Select(sentence =>
        {
            var encoded = package.Tokenizer.Encode(sentence.Text, package.Manifest.MaxTokens);
            return new TrainingText(encoded.Ids, TrainingText.NoTargets) {
                TokenLabels = new(head.Name, sentence.TokenLabels(encoded, labels)) };
        })];
    }
}
