using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Evaluation;

/// <summary>Measures what the precisions of a CPU cost in accuracy compared with float32.</summary>
public static class PrecisionEvaluator
{
    private static readonly string[] Precisions = [ComputeOptions.Int8, ComputeOptions.BFloat16];

    /// <summary>Evaluates a package in each precision and stores the results in it, where the automatic choice finds them.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="texts">Labelled texts that the model was not trained on; without any, the package is not changed.</param>
    /// <returns>The result for each precision.</returns>
    /// <exception cref="ModelPackageException">The package is invalid.</exception>
    public static IReadOnlyDictionary<string, PrecisionReport> Measure(string directory, IReadOnlyList<LabelledText> texts)
    {
        if (texts.Count == 0) return new Dictionary<string, PrecisionReport>();
        var expected = Classify(directory, ComputeOptions.Float32, texts);
        var reports = Precisions.ToDictionary(
            static dtype => dtype, dtype => Compare(texts, expected, Classify(directory, dtype, texts)), StringComparer.Ordinal);
        ModelPackage.UpdateManifest(directory, manifest => manifest with { Precisions = reports });
        return reports;
    }

    private static PrecisionReport Compare(IReadOnlyList<LabelledText> texts, string[] expected, string[] actual)
    {
        int lost = 0, agreed = 0;
        for (var i = 0; i < texts.Count; i++)
        {
            if (expected[i] == actual[i]) agreed++;
            else if (expected[i] == texts[i].Label) lost++;
            else if (actual[i] == texts[i].Label) lost--;
        }

        return new((double)lost / texts.Count, (double)agreed / texts.Count, texts.Count);
    }

    private static string[] Classify(string directory, string dtype, IReadOnlyList<LabelledText> texts)
    {
        using var model = TextClassifier.Load(directory, new ComputeOptions(Dtype: dtype));
        var labels = new string[texts.Count];
        foreach (var (item, _, output) in BatchedClassification.Classify(model, texts.Index(), static text => text.Item.Text))
            labels[item.Index] = output.Heads[item.Item.Head].Label;
        return labels;
    }
}
