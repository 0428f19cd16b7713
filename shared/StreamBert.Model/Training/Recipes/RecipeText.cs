using StreamBert.Model.Datasets;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Model.Training.Recipes;

/// <summary>A text of a recipe that is labelled for a head.</summary>
/// <param name="Head">The head of the package.</param>
/// <param name="Source">The file that the text is from.</param>
/// <param name="Text">The text.</param>
/// <param name="Label">The index of its label; -1 for a sentence.</param>
internal sealed record RecipeText(HeadManifest Head, RecipeSource Source, string Text, int Label = TaggedSentence.NoLabel)
{
    /// <summary>The tags of the words, for a token-classification head.</summary>
    public TaggedSentence? Sentence { get; init; }

    /// <summary>Names what a part of the texts should have its share of: head, file and label.</summary>
    public string Stratum => $"{Head.Name}/{Source.File}/{Label}";

    /// <summary>Describes the text with its labels, to recognize it in another run.</summary>
    public string Fingerprint => $"{Stratum}/{string.Join(' ', Sentence?.Tags ?? [])}/{Text}";

    /// <summary>Returns the text with the name of its label; null for a sentence.</summary>
    public LabelledText? ToLabelledText() =>
        Label == TaggedSentence.NoLabel ? null : new LabelledText(Text, Head.Name, Head.Labels[Label]);

    /// <summary>Encodes a sentence as an example to train on.</summary>
    public TrainingExample ToExample(TextTokenizer tokenizer, int maxTokens)
    {
        var text = ToValidation(tokenizer, maxTokens);
        return new(text.Ids, TrainingExample.NoTargets, (float)Source.Weight) { TokenLabels = new(Head.Name, text.Labels) };
    }

    /// <summary>Encodes the text to validate on it.</summary>
    public ValidationText ToValidation(TextTokenizer tokenizer, int maxTokens)
    {
        var encoded = tokenizer.Encode(Text, maxTokens);
        return new(encoded.Ids, Sentence?.GetTokenLabels(encoded, Head.Labels) ?? [Label], Source.Name);
    }
}
