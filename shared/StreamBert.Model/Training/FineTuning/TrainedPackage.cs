using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>Writes the package of a training run, with its reports and its reference profile.</summary>
/// <param name="task">The heads and their texts.</param>
/// <param name="directory">The directory of the package.</param>
/// <param name="parts">The parts of the texts of each head.</param>
internal sealed class TrainedPackage(TextTrainingTask task, string directory, IReadOnlyList<HeadPart> parts)
{
    /// <summary>The validation texts of each head, and its test texts if there are any.</summary>
    public IReadOnlyList<LabelledData> Evaluated { get; } =
        [.. task.Heads.Zip(parts).SelectMany(static pair => List(pair.First, pair.Second))];

    /// <summary>Writes the package, and evaluates it as it is stored.</summary>
    /// <returns>The reports on the validation and test texts.</returns>
    public List<ClassificationReport> Save(ITuner method, PackageManifest manifest, ComputeOptions compute, TrainingContext context)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true); // of a run that was interrupted here
        method.Save(task.BaseDirectory, directory, manifest);
        using var model = TextClassifier.Load(directory, compute);
        context.BeginPhase("evaluating on the validation and test texts");
        var reports = Evaluated.Select(data => Evaluator.Evaluate(model, data.Texts, data.Head, data.Name)).ToList();
        ModelPackage.UpdateManifest(directory, stored => stored with { Reports = [.. stored.Reports, .. reports] });
        List<LabelledText> training = [.. parts.SelectMany(static part => part.Training).Select(static text => text.Source)];
        List<LabelledText> validation = [.. parts.SelectMany(static part => part.Validation).Select(static text => text.Source)];
        WriteAnchor(training, validation);
        PackageMeasurement.Write(
            directory, model, training, validation, validation.Select(static text => text.Text), "validation texts", context);
        return reports;
    }

    /// <summary>Replaces the anchor of the trained heads; that of the heads which the package keeps of its base remains.</summary>
    private void WriteAnchor(List<LabelledText> training, List<LabelledText> validation)
    {
        if (!task.HasAnchor)
        {
            ModelPackage.WriteAnchor(directory, []);
            return;
        }
        var trained = task.Heads.Select(static head => head.Head).ToHashSet(StringComparer.Ordinal);
        var kept = ModelPackage.ReadAnchor(directory).Where(text => !trained.Contains(text.Head));
        ModelPackage.WriteAnchor(directory, [.. kept, .. AnchorSample.Draw(training, validation)]);
    }

    private static IEnumerable<LabelledData> List(HeadTexts texts, HeadPart part)
    {
        yield return new(texts.ValidationName, texts.Head, [.. part.Validation.Select(static text => text.Source)]);
        if (texts.Test.Count > 0) yield return new(texts.TestName, texts.Head, texts.Test);
    }
}
