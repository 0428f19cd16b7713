using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Writes the package of a training run, with its reports and its reference profile.</summary>
/// <param name="task">The heads and their texts.</param>
/// <param name="directory">The directory of the package.</param>
/// <param name="parts">The parts of the texts of each head.</param>
internal sealed class TrainedPackage(TextTrainingTask task, string directory, IReadOnlyList<HeadPart> parts)
{
    /// <summary>Writes the package, and evaluates it as it is stored.</summary>
    /// <returns>The reports on the validation and test texts.</returns>
    public List<ClassificationReport> Save(MultiTaskNetwork network, PackageManifest manifest, ComputeOptions compute)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true); // of a run that was interrupted here
        ModelPackage.SaveDerived(task.BaseDirectory, directory, network, manifest);
        using var model = TextClassifier.Load(directory, compute);
        var reports = task.Heads.Zip(parts).SelectMany(pair => Evaluate(model, pair.First, pair.Second)).ToList();
        ModelPackage.SaveDerived(task.BaseDirectory, directory, network, manifest with { Reports = [.. manifest.Reports, .. reports] });
        var texts = parts.SelectMany(static part => part.Validation).Select(static text => text.Source.Text).Distinct();
        ModelPackage.WriteProfile(directory, ProfileBuilder.Measure(model, texts, "validation texts"));
        PrecisionEvaluator.Measure(directory, [.. parts.SelectMany(static part => part.Validation).Select(static text => text.Source)]);
        return reports;
    }

    private static IEnumerable<ClassificationReport> Evaluate(TextClassifier model, HeadTexts texts, HeadPart part)
    {
        List<LabelledText> validation = [.. part.Validation.Select(static text => text.Source)];
        yield return Evaluator.Evaluate(model, validation, texts.Head, texts.ValidationName);
        if (texts.Test.Count > 0) yield return Evaluator.Evaluate(model, texts.Test, texts.Head, texts.TestName);
    }
}
