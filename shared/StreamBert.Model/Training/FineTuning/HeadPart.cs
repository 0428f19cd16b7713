using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The texts of a head as the model reads them, split into a training and a validation part.</summary>
internal sealed record HeadPart(HeadManifest Head, IReadOnlyList<LabelledIds> Training, IReadOnlyList<LabelledIds> Validation)
{
    /// <summary>Encodes the texts of a head, and splits them if it has no validation texts.</summary>
    public static HeadPart Create(ModelPackage package, HeadManifest head, HeadTexts texts, double validationShare, int seed)
    {
        var training = Encode(package, head, texts.Train);
        if (texts.Validation.Count > 0) return new(head, training, Encode(package, head, texts.Validation));
        var parts = StratifiedSplit.Split(
            training, static text => text.Ids, static text => text.Label, validationShare, seed);
        return new(head, parts.Training, parts.Validation);
    }

    private static List<LabelledIds> Encode(ModelPackage package, HeadManifest head, IReadOnlyList<LabelledText> texts)
    {
        var labels = head.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        return [.. texts.Select(text =>
            new LabelledIds(text, package.Tokenizer.Encode(text.Text, package.Manifest.MaxTokens).Ids, labels[text.Label]))];
    }
}
