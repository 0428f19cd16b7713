using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Writes the package of a recipe, with the reports on its test splits and its reference profile.</summary>
/// <param name="directory">The directory of the package.</param>
internal sealed class RecipePackage(RecipeTask task, string directory)
{
    /// <summary>Writes the package, and evaluates it as it is stored.</summary>
    /// <param name="data">The texts that the distribution is fitted to, and those that the profile is measured on.</param>
    /// <param name="context">The environment of the run.</param>
    /// <returns>The reports on the test splits.</returns>
    public List<ClassificationReport> Save(ITuner method, PackageManifest manifest, RecipeData data, TrainingContext context)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true); // of a run that was interrupted here
        method.Save(task.BaseDirectory, directory, manifest);
        using var model = TextClassifier.Load(directory, new(task.Recipe.FineTuning.Device));
        context.BeginPhase("evaluating on the test splits");
        var reports = task.Recipe.Heads.SelectMany(head => Evaluate(model, head)).ToList();
        ModelPackage.UpdateManifest(directory, stored => stored with { Reports = [.. stored.Reports, .. reports] });
        ModelPackage.WriteAnchor(directory, task.HasAnchor ? data.DrawAnchor() : []);
        List<LabelledText> heldOut = [.. data.HeldOut.Select(static text => text.ToLabelledText()).OfType<LabelledText>()];
        var training = data.Training.Select(static text => text.ToLabelledText()).OfType<LabelledText>();
        PackageMeasurement.Write(
            directory, model, training, heldOut, data.HeldOut.Select(static text => text.Text), "held-out training texts", context);
        return reports;
    }

    private IEnumerable<ClassificationReport> Evaluate(TextClassifier model, RecipeHead head) => head.HasEntities
        ? head.ReadTestSentences(task.Reader).Select(data => EntityEvaluator.Evaluate(model, data.Sentences, data.Head, data.Name))
        : head.ReadTestTexts(task.Reader).Select(data => Evaluator.Evaluate(model, data.Texts, data.Head, data.Name));
}
