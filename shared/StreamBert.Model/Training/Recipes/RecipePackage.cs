using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;
using StreamBert.Model.Profiles;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Writes the package of a recipe, with the reports on its test splits and its reference profile.</summary>
/// <param name="directory">The directory of the package.</param>
internal sealed class RecipePackage(RecipeTask task, string directory)
{
    /// <summary>Writes the package, and evaluates it as it is stored.</summary>
    /// <param name="data">The texts that the distribution is fitted to, and those that the profile is measured on.</param>
    /// <returns>The reports on the test splits.</returns>
    public List<ClassificationReport> Save(ITuner method, PackageManifest manifest, RecipeData data)
    {
        if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true); // of a run that was interrupted here
        method.Save(task.BaseDirectory, directory, manifest);
        using var model = TextClassifier.Load(directory, new(task.Recipe.FineTuning.Device));
        var reports = task.Recipe.Heads.SelectMany(head => Evaluate(model, head)).ToList();
        ModelPackage.UpdateManifest(directory, stored => stored with { Reports = [.. stored.Reports, .. reports] });
        var texts = data.HeldOut.Select(static text => text.Text).Distinct();
        ModelPackage.WriteProfile(directory, ProfileBuilder.Measure(model, texts, "held-out training texts"));
        List<LabelledText> heldOut = [.. data.HeldOut.Select(static text => text.ToLabelledText()).OfType<LabelledText>()];
        var training = data.Training.Select(static text => text.ToLabelledText()).OfType<LabelledText>();
        using (var distribution = DistributionBuilder.Fit(model, training, heldOut)) PackageDistribution.Write(directory, distribution);
        ModelPackage.WriteAnchor(directory, task.HasAnchor ? data.DrawAnchor() : []);
        PrecisionEvaluator.Measure(directory, heldOut);
        return reports;
    }

    private IEnumerable<ClassificationReport> Evaluate(TextClassifier model, RecipeHead head) => head.HasEntities
        ? head.ReadTestSentences(task.Reader).Select(data => EntityEvaluator.Evaluate(model, data.Sentences, data.Head, data.Name))
        : head.ReadTestTexts(task.Reader).Select(data => Evaluator.Evaluate(model, data.Texts, data.Head, data.Name));
}
