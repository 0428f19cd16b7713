using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Languages;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;
using TorchSharp;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// Fine-tunes a package on labelled texts: first the heads that have feedback (<see cref="HeadFitting"/>), then the encoder with all heads.
/// A token-classification head, which labelled texts cannot train, learns its earlier answers to them (<see cref="TokenAnswers"/>). If the
/// package has other heads that cannot be trained, the encoder is frozen, so that they keep their predictions.
/// </summary>
/// <remarks>
/// With <see cref="AdapterMethod.Lora"/>, the adapter of a package that is an adapter is trained further, and the new package is an adapter
/// of the same base package. In other packages the updates are merged into the weights.
/// </remarks>
public static class FineTuner
{
    /// <summary>The share of the feedback that is held out to fit temperatures.</summary>
    private const double HeldOutShare = 0.1;

    /// <summary>The number of texts of each use and head on which the loss is computed after each epoch.</summary>
    private const int MaximumValidation = 200;

    private const string Feedback = "feedback", Rehearsal = "rehearsal", Calibration = "calibration";

    /// <summary>Fine-tunes a package and writes a new one, with the anchor of the base package.</summary>
    /// <param name="baseDirectory">The directory of the base package.</param>
    /// <param name="outputDirectory">The directory of the new package.</param>
    /// <param name="version">The version of the new package.</param>
    /// <param name="texts">The labelled texts.</param>
    /// <param name="options">The options of the training.</param>
    /// <param name="context">The environment of the run.</param>
    /// <exception cref="ModelPackageException">The base package is invalid.</exception>
    /// <exception cref="ArgumentException">The package has no such head or label, or the head cannot be fine-tuned.</exception>
    /// <returns>What the run used.</returns>
    public static TrainingUsage Run(
        string baseDirectory, string outputDirectory, string version, FineTuningTexts texts, FineTuneOptions options,
            TrainingContext context)
    {
        var meter = SupervisedRun.StartMeter(options, context);
        var package = ModelPackage.Load(baseDirectory);
        using var network = package.Network;
        var manifest = package.Manifest;
        List<EncodedExample> encoded =
        [
            .. Encode(package, texts.Feedback, Feedback), .. Encode(package, texts.Rehearsal, Rehearsal),
            .. Encode(package, texts.Calibration, Calibration),
        ];
        options = options with { FreezeEncoder = options.FreezeEncoder || !MayChangeEncoder(manifest.Heads) };
        var split = Split(package, encoded);
        var training = split.GetTraining(encoded);
        var answers = AnswerTokens(package, options, training, context.Cancellation);
        var examples = training.Zip(answers, (text, tokens) =>
            new TrainingExample(text.Ids, CreateTarget(manifest, text), text.Source.Weight) { TokenLabels = tokens }).ToList();
        using var trainer = CreateTrainer(package, baseDirectory, options);
        TorchThreads.Use(options.Threads);
        context.BeginPhase("fitting the heads");
        foreach (var head in FindHeads(manifest, texts.Feedback))
            HeadFitting.Fit(network, head, examples.Zip(training.Select(static text => text.Use == Rehearsal)), context.Cancellation);
        trainer.Validation = CreateValidation(split.GetHeldOut(encoded), texts.Feedback);
        var usage = trainer.Train(examples, context, meter).Usage;
        context.BeginPhase("calibrating");
        var heads = Calibrate(network, manifest.Heads, split.GetHeldOut(encoded), texts.Feedback);
        Save(trainer.Method, package, baseDirectory, outputDirectory,
            manifest with
            {
                Version = version,
                Parent = manifest.Version,
                Heads = heads,
                Languages = LanguageDetector.Choose(
                    [], texts.Feedback.Select(static text => text.Text), manifest.Languages, keepsHeads: true),
                Reports = [],
            });
        return usage;
    }

    /// <summary>Selects texts to compute the loss after each epoch on: those that are not trained on, of the heads with feedback.</summary>
    private static ValidationSet CreateValidation(IReadOnlyList<EncodedExample> heldOut, IReadOnlyList<LabelledText> feedback)
    {
        var labelled = feedback.Select(static text => text.Head).ToHashSet(StringComparer.Ordinal);
        var texts = heldOut.Where(text => text.Use != Rehearsal && labelled.Contains(text.Source.Head));
        return new(texts.GroupBy(static text => text.Source.Head, StringComparer.Ordinal).ToDictionary(
            static head => head.Key,
            static IReadOnlyList<ValidationText> (head) => [.. head.GroupBy(static text => text.Use)
                .SelectMany(static use => use.Take(MaximumValidation)).Select(static text => new ValidationText(text.Ids, [text.Label]))]));
    }

    private static IEnumerable<HeadManifest> FindHeads(PackageManifest manifest, IReadOnlyList<LabelledText> texts) =>
        manifest.Heads.Where(head => texts.Any(text => text.Head == head.Name));

    private static bool MayChangeEncoder(IReadOnlyList<HeadManifest> heads) =>
        heads.Count(IsTokenHead) <= 1 && heads.All(static head => HeadTask.IsFineTunable(head.Task) || IsTokenHead(head));

    private static bool IsTokenHead(HeadManifest head) => head.Task == HeadTask.TokenClassification;

    private static IEnumerable<TokenLabels?> AnswerTokens(
        ModelPackage package, FineTuneOptions options, List<EncodedExample> texts, CancellationToken cancellation) =>
        options.FreezeEncoder || package.Manifest.Heads.FirstOrDefault(IsTokenHead) is not { } head
            ? texts.Select(static _ => (TokenLabels?)null)
            : TokenAnswers.Compute(
                package.Network, head, package.Tokenizer.SpecialTokens, texts.ConvertAll(static text => text.Ids), cancellation);

    private static SupervisedTrainer CreateTrainer(ModelPackage package, string directory, FineTuneOptions options)
    {
        var (network, isLora) = (package.Network, options.Adapter.Method == AdapterMethod.Lora);
        // Only the heads are trained, or bottlenecks and what surrounds them.
        if (isLora && (options.FreezeEncoder || network.Parameters.HasAdapters))
            options = options with { Adapter = options.Adapter with { Method = AdapterMethod.Full } };
        var continued = options.Adapter.Method == AdapterMethod.Lora ? LoraTuner.TryContinue(network, directory) : null;
        return new SupervisedTrainer(network, package.Tokenizer.SpecialTokens, options, continued);
    }

    private static void Save(ITuner method, ModelPackage package, string source, string directory, PackageManifest manifest)
    {
        if (method is LoraTuner { IsContinued: true })
        {
            method.Save(source, directory, manifest);
            return;
        }
        method.Merge();
        ModelPackage.SaveDerived(source, directory, package.Network, manifest);
    }

    /// <summary>
    /// Fits the temperatures of the heads that have feedback; the others keep theirs. A use with too few texts does not count.
    /// </summary>
    private static List<HeadManifest> Calibrate(
        MultiTaskNetwork network, IReadOnlyList<HeadManifest> heads, List<EncodedExample> heldOut, IReadOnlyList<LabelledText> feedback)
    {
        var labelled = feedback.Select(static text => text.Head).ToHashSet(StringComparer.Ordinal);
        var uses = heldOut.Where(text => text.Use != Rehearsal && labelled.Contains(text.Source.Head))
            .GroupBy(static text => (text.Source.Head, text.Use)).Where(static use => use.Count() >= TemperatureScaling.MinTexts);
        var texts = uses.SelectMany(static use => use)
            .ToLookup(static text => text.Source.Head, static text => new ValidationText(text.Ids, [text.Label], text.Use));
        return [.. heads.Select(head => TemperatureScaling.Calibrate(network, head, [.. texts[head.Name]]))];
    }

    /// <summary>Holds out the texts to calibrate on, and a part of the others, each with its near-duplicates.</summary>
    private static HeldOutSplit Split(ModelPackage package, IReadOnlyList<EncodedExample> encoded)
    {
        var encoder = new InputEncoder(package.Tokenizer, package.Manifest.MaxTokens);
        return HeldOutSplit.Create(
            encoded.Select(text => encoder.Encode(text.Source.Text)),
            [.. encoded.Select(static text => $"{text.Use}/{text.Source.Head}/{text.Source.Label}")], HeldOutShare,
            [.. encoded.Select(static text => text.Use == Calibration)]);
    }

    private static IEnumerable<EncodedExample> Encode(ModelPackage package, IReadOnlyList<LabelledText> texts, string use) =>
        texts.Select(text => new EncodedExample(
            package.Tokenizer.Encode(text.Text, package.Manifest.MaxTokens).Ids, text, FindLabel(package.Manifest, text), use));

    private static Dictionary<string, float[]> CreateTarget(PackageManifest manifest, EncodedExample text)
    {
        var oneHot = new float[manifest.Heads.Single(head => head.Name == text.Source.Head).Labels.Count];
        oneHot[text.Label] = 1;
        return new Dictionary<string, float[]> { [text.Source.Head] = oneHot };
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

    private sealed record EncodedExample(int[] Ids, LabelledText Source, int Label, string Use);
}
