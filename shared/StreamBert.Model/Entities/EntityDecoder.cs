using StreamBert.Contracts;
using StreamBert.Model.Heads;
using StreamBert.Model.Manifests;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Entities;

/// <summary>
/// Decodes the logits of token-classification heads to entities. The first token of a word determines its tag, as in training; a tag that
/// continues no entity begins one. The confidence of an entity is the mean probability of its words' tags.
/// </summary>
internal static class EntityDecoder
{
    /// <summary>
    /// Returns the entities that all token-classification heads found, in the order of the text; null if there is no such head.
    /// </summary>
    public static IReadOnlyList<Entity>? Decode(EncodedText text, IReadOnlyList<(HeadManifest Head, float[] Logits)> heads)
    {
        var tokenHeads = heads.Where(static output => output.Head.Task == HeadTask.TokenClassification).ToList();
        if (tokenHeads.Count == 0) return null;
        return [.. tokenHeads.SelectMany(output => Decode(output.Head, output.Logits, text)).OrderBy(static entity => entity.Start)];
    }

    /// <param name="logits">[tokens × labels], special tokens included.</param>
    /// <param name="text">An encoded text with its text and offsets; without them no entity is found.</param>
    public static IEnumerable<Entity> Decode(HeadManifest head, float[] logits, EncodedText text)
    {
        var words = Tag(head, logits, text);
        return EntityTags.Decode([.. words.Select(static word => word.Tag)]).Select(span => new Entity(
            span.Type, words[span.Start].Word.Start, words[span.End - 1].Word.End,
            Math.Round(words[span.Start..span.End].Average(static word => word.Probability), 6), head.Name));
    }

    /// <summary>Returns every word of the text with its most probable tag.</summary>
    public static List<TaggedWord> Tag(HeadManifest head, float[] logits, EncodedText text)
    {
        var words = text.Text is null ? [] : WordSplitter.Split(text.Text, text.Offsets);
        return words.ConvertAll(word => Tag(head, logits, word));
    }

    private static TaggedWord Tag(HeadManifest head, float[] logits, WordSpan word)
    {
        var scores = logits.AsSpan(word.FirstToken * head.Labels.Count, head.Labels.Count).ToArray();
        HeadActivation.Softmax(scores, (float)head.Temperature);
        var best = Array.IndexOf(scores, scores.Max());
        return new TaggedWord(word, head.Labels[best], scores[best]);
    }
}
