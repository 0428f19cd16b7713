using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.OutOfDistribution;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.Profiles;

/// <summary>Fits the distribution of the training texts of each head of a model.</summary>
internal static class DistributionBuilder
{
    /// <summary>Fewer texts do not describe a distribution.</summary>
    private const int MinTexts = 100, MinHeldOut = 50;

    /// <summary>The mean of fewer texts of a label is not that of the label, and close to the texts themselves.</summary>
    private const int MinTextsOfLabel = 10;

    /// <summary>More texts hardly change a covariance, and take time.</summary>
    private const int MaxTexts = 10_000;

    /// <summary>Fits the heads that have enough texts, to their labels that have enough.</summary>
    /// <param name="training">Labelled texts that the model was trained on, or that are typical of what it was trained for.</param>
    /// <param name="heldOut">Texts that the model was not trained on, which fit the scale.</param>
    /// <returns>Null if no head has enough texts.</returns>
    public static FeatureDistribution? Fit(
        TextClassifier model, IEnumerable<LabelledText> training, IEnumerable<LabelledText> heldOut)
    {
        var frequent = training.GroupBy(static text => (text.Head, text.Label))
            .Where(static label => label.Skip(MinTextsOfLabel - 1).Any()).SelectMany(static label => label);
        var (fitted, scaled) = (frequent.ToLookup(static text => text.Head), heldOut.ToLookup(static text => text.Head));
        var heads = model.Heads.Where(head => fitted[head.Name].Take(MinTexts).Count() == MinTexts
                && scaled[head.Name].Take(MinHeldOut).Count() == MinHeldOut)
            .ToDictionary(static head => head.Name, head => Fit(model, head, Spread(fitted[head.Name]), Spread(scaled[head.Name])));
        return heads.Count == 0 ? null : new FeatureDistribution(heads);
    }

    private static HeadDistribution Fit(TextClassifier model, HeadInfo head, LabelledText[] training, LabelledText[] heldOut)
    {
        string[] labels = [.. head.Labels];
        using var scope = NewDisposeScope();
        return DistributionFit.Fit(
            Compute(model, training), Array.ConvertAll(training, text => Array.IndexOf(labels, text.Label)), Compute(model, heldOut));
    }

    private static Tensor Compute(TextClassifier model, LabelledText[] texts)
    {
        var rows = model.ComputeFeatures([.. texts.Select(static text => text.Text)]);
        return tensor(rows.SelectMany(static row => row).ToArray()).view(rows.Length, -1);
    }

    /// <summary>Returns at most <see cref="MaxTexts"/> texts, spread evenly.</summary>
    private static LabelledText[] Spread(IEnumerable<LabelledText> texts)
    {
        var all = texts.ToArray();
        return all.Length <= MaxTexts ? all : [.. Enumerable.Range(0, MaxTexts).Select(i => all[(long)i * all.Length / MaxTexts])];
    }
}
