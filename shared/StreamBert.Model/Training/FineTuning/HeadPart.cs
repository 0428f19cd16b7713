using StreamBert.Model.Datasets;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Manifests;
using StreamBert.Model.Packages;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>The texts of a head as the model reads them, split into a training and a validation part.</summary>
internal sealed record HeadPart(HeadManifest Head, IReadOnlyList<LabelledIds> Training, IReadOnlyList<LabelledIds> Validation)
{
    /// <summary>Encodes the texts of a head, and splits them if it has no validation texts.</summary>
    /// <exception cref="ModelPackageException">The texts are too few, or too similar, to hold some out.</exception>
    public static HeadPart Create(ModelPackage package, HeadManifest head, HeadTexts texts, double validationShare)
    {
        var training = Encode(package, head, texts.Train);
        if (texts.Validation.Count > 0) return new(head, training, Encode(package, head, texts.Validation));
        var encoder = new InputEncoder(package.Tokenizer, package.Manifest.MaxTokens);
        var split = HeldOutSplit.Create(
            texts.Train.Select(text => encoder.Encode(text.Text)), [.. texts.Train.Select(static text => text.Label)], validationShare);
        var part = new HeadPart(head, split.GetTraining(training), split.GetHeldOut(training));
        return part.Validation.Count > 0 ? part : throw new ModelPackageException(
            $"The head '{head.Name}' has too few different texts to hold some out for validation; give more, or validation texts.");
    }

    private static List<LabelledIds> Encode(ModelPackage package, HeadManifest head, IReadOnlyList<LabelledText> texts)
    {
        var labels = head.Labels.Index().ToDictionary(static label => label.Item, static label => label.Index, StringComparer.Ordinal);
        return [.. texts.Select(text =>
            new LabelledIds(text, package.Tokenizer.Encode(text.Text, package.Manifest.MaxTokens).Ids, labels[text.Label]))];
    }
}
