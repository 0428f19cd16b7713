using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using TorchSharp;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Fine-tunes all weights of a package on labelled texts. If the package has a token-classification head, which labelled texts cannot
/// train, the encoder is frozen, so that the head keeps its predictions.
/// </summary>
public static class FineTuner
{
    /// <summary>The share of the texts that is held out to fit temperatures.</summary>
    private const double HeldOutShare = 0.1;

    /// <summary>Fine-tunes a package and writes a new one.</summary>
    /// <param name="baseDirectory">The directory of the base package.</param>
    /// <param name="outputDirectory">The directory of the new package.</param>
    /// <param name="version">The version of the new package.</param>
    /// <param name="texts">The labelled texts.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="context">The environment of the run.</param>
    /// <exception cref="ModelPackageException">The base package is invalid.</exception>
    /// <exception cref="ArgumentException">The package has no such head or label, or the head cannot be fine-tuned.</exception>
    public static void Run(
        string baseDirectory, string outputDirectory, string version, IReadOnlyList<LabelledText> texts, FineTuneOptions options,
            TrainingContext context)
    {
        var package = ModelPackage.Load(baseDirectory);
        using var network = package.Network;
        var manifest = package.Manifest;
        var encoded = texts.Select(text => new EncodedExample(
            package.Tokenizer.Encode(text.Text, manifest.MaxTokens).Ids, text.Head, FindLabel(manifest, text), text.Weight)).ToList();
        var hasTokenHead = manifest.Heads.Any(static head => head.Task == HeadTask.TokenClassification);
        options = options with { FreezeEncoder = options.FreezeEncoder || hasTokenHead };
        var split = Split(package, texts);
        var examples = split.GetTraining(encoded)
            .ConvertAll(text => new TrainingExample(text.Ids, CreateTarget(manifest, text), text.Weight));
        using var trainer = new SupervisedTrainer(network, package.Tokenizer.SpecialTokens, options);
        trainer.Train(examples, context);
        trainer.Method.Merge();
        var heldOut = split.GetHeldOut(encoded)
            .ToLookup(static text => text.Head, static text => new ValidationText(text.Ids, [text.Label]));
        var heads = manifest.Heads.Select(head => TemperatureScaling.Calibrate(network, head, [.. heldOut[head.Name]])).ToList();
        ModelPackage.SaveDerived(
            baseDirectory, outputDirectory, network,
                manifest with { Version = version, Parent = manifest.Version, Heads = heads, Reports = [] });
    }

    private static HeldOutSplit Split(ModelPackage package, IReadOnlyList<LabelledText> texts)
    {
        var encoder = new InputEncoder(package.Tokenizer, package.Manifest.MaxTokens);
        var labels = texts.Select(static text => $"{text.Head}/{text.Label}").ToList();
        return HeldOutSplit.Create(texts.Select(text => encoder.Encode(text.Text)), labels, HeldOutShare);
    }

    private static Dictionary<string, float[]> CreateTarget(PackageManifest manifest, EncodedExample text)
    {
        var oneHot = new float[manifest.Heads.Single(head => head.Name == text.Head).Labels.Count];
        oneHot[text.Label] = 1;
        return new Dictionary<string, float[]> { [text.Head] = oneHot };
    }

    private static int FindLabel(PackageManifest manifest, LabelledText text)
    {
        var head = manifest.Heads.FirstOrDefault(head => head.Name == text.Head)
            ?? throw new ArgumentException($"The package has no head '{text.Head}'.");
        if (!HeadTask.IsFineTunable(head.Task))
        {
            throw new ArgumentException($"The task of the head '{head.Name}' is {head.Task}; "
                + $"only {HeadTask.SingleLabel} heads can be fine-tuned on labelled texts.");
        }

        var index = head.Labels.ToList().IndexOf(text.Label);
        return index >= 0 ? index : throw new ArgumentException($"The head '{head.Name}' has no label '{text.Label}'.");
    }

    private sealed record EncodedExample(int[] Ids, string Head, int Label, float Weight);
}
