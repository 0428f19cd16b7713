using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Profiles;

/// <summary>Gives a package out-of-distribution scores whose training texts are not at hand: by texts that are typical of them.</summary>
public static class TypicalTexts
{
    /// <summary>
    /// Fits the distribution of the heads that have none to every second text with the predicted label, and the scale to the others.
    /// </summary>
    /// <param name="directory">The directory of the package.</param>
    /// <param name="model">The model of the package.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="heads">The heads that the texts are typical of; empty for all.</param>
    /// <exception cref="ModelPackageException">A file of the package is damaged.</exception>
    public static void WriteDistribution(
        string directory, TextClassifier model, IReadOnlyList<string> texts, IReadOnlyCollection<string> heads)
    {
        if (PackageDistribution.ExistsIn(directory)) return; // of the training texts themselves
        var fitted = model.Heads.Where(head => (heads.Count == 0 || heads.Contains(head.Name)) && HeadTask.IsFineTunable(head.Task))
            .Select(static head => head.Name).ToList();
        var labelled = BatchedClassification.Classify(model, texts.Index(), static text => text.Item)
            .OrderBy(static answer => answer.Item.Index)
            .ToLookup(static answer => answer.Item.Index % 2, answer => fitted.Select(
                head => new LabelledText(answer.Item.Item, head, answer.Output.Heads[head].Label)));
        using var distribution = DistributionBuilder.Fit(
            model, labelled[0].SelectMany(static heads => heads), labelled[1].SelectMany(static heads => heads));
        PackageDistribution.Write(directory, distribution);
    }
}
