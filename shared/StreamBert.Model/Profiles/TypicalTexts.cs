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
        var labelled = model.Heads.Where(head => (heads.Count == 0 || heads.Contains(head.Name)) && HeadTask.IsFineTunable(head.Task))
            .Select(head => Evaluator.Score(model, texts, head.Name)
                .Select((answer, i) => new LabelledText(texts[i], head.Name, answer.Prediction.Label)).ToList()).ToList();
        using var distribution = DistributionBuilder.Fit(model, TakeEverySecond(labelled, 0), TakeEverySecond(labelled, 1));
        PackageDistribution.Write(directory, distribution);
    }

    private static IEnumerable<LabelledText> TakeEverySecond(List<List<LabelledText>> heads, int first) =>
        heads.SelectMany(texts => texts.Where((_, i) => i % 2 == first));
}
