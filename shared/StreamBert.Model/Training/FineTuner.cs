using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;
using TorchSharp;

namespace StreamBert.Model.Training;

/// <summary>
/// Fine-tunes all weights of a package on labelled texts and writes a new package. Labels of texts say nothing of a head that names
/// entities: where there is
/// one, the encoder is frozen, so that it names them as before.
/// </summary>
public static class FineTuner
{
    /// <summary>Every tenth text is not trained on but sets the temperature of its head.</summary>
    private const int CalibrationShare = 10;

    /// <param name="train">Texts whose head and label the package knows.</param>
    /// <exception cref="ModelPackageException">The base package is invalid.</exception>
    /// <exception cref="ArgumentException">A text names a head or label the package does not have.</exception>
    public static void Run(
        string baseDirectory, string outputDirectory, string version, IReadOnlyList<LabelledText> train,
        FineTuneOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var package = ModelPackage.Load(baseDirectory);
        using var network = package.Network;
        var encoded = train.Select(text => (Ids: package.Tokenizer.Encode(text.Text, package.Manifest.MaxTokens).Ids, text
            .Head, Label: LabelIndex(package.Manifest, text), text.Weight)).ToList();
        var held = encoded.Where(static (_, i) => i % CalibrationShare == CalibrationShare - 1).ToList();
        var texts = encoded.Where(static (_, i) => i % CalibrationShare != CalibrationShare - 1)
            .Select(text => new TrainingText(text.Ids, OneHot(package.Manifest, text.Head, text.Label), text.Weight)).ToList();
        var namesEntities = package.Manifest.Heads.Any(static head => head.Task == HeadTask.Tokens);
        SupervisedTrainer.Train(
            network,
            package.Tokenizer.SpecialTokens,
            texts,
            options with { FreezeEncoder = options.FreezeEncoder || namesEntities },
            progress,
            cancellation);
        var heads = package.Manifest.Heads.Select(
            head => Calibrate(network, head, held.Where(text => text.Head == head.Name).Select(static text => (text.Ids, text.Label)).ToList())).ToList();
        ModelPackage.SaveLike(baseDirectory, outputDirectory, network,
            package.Manifest with { Version = version, Parent = package.Manifest.Version, Heads = heads, Reports = [] });
    }

    /// <summary>Confidences stay as they were calibrated when too few texts are there to judge them by.</summary>
    internal static HeadManifest Calibrate(TextNetwork network, HeadManifest head, IReadOnlyList<(int[] Ids, int Label)> held) =>
        held.Count < Calibration.MinimumTexts ? head : head with { Temperature = Calibration.Fit(network, head, held) };

    private static Dictionary<string, float[]> OneHot(PackageManifest manifest, string headName, int label)
    {
        var target = new float[manifest.Heads.Single(head => head.Name == headName).Labels.Count];
        target[label] = 1;
        return new Dictionary<string, float[]> { [headName] = target };
    }

    private static int LabelIndex(PackageManifest manifest, LabelledText text)
    {
        var head = manifest.Heads.FirstOrDefault(head => head.Name == text.Head)
            ?? throw new ArgumentException($"The package has no head '{text.Head}'.");
        if (!HeadTask.LearnsFromLabels(head.Task))
        {
            throw new ArgumentException(
            $"The head '{head.Name}' is of the task {head.Task}; only {HeadTask.SingleLabel} heads learn from labelled texts.");
        }

        var index = head.Labels.ToList().IndexOf(text.Label);
        return index >= 0 ? index : throw new ArgumentException($"The head '{head.Name}' has no label '{text.Label}'.");
    }
}
