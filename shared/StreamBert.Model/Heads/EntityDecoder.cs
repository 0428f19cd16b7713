using StreamBert.Contracts;
using StreamBert.Model.Packages;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Heads;

/// <summary>A word with the tag a head gives it and the calibrated probability of that tag.</summary>
internal readonly record struct TaggedWord(TextWord Word, string Tag, double Probability);

/// <summary>
/// From the logits of a head that reads every token to entities. The first token of a word decides its tag, as the head was trained; a tag
/// that
/// continues nothing begins an entity. An entity's confidence is the mean probability of its words' tags.
/// </summary>
internal static class EntityDecoder
{
    /// <summary>What all such heads found, in the order of the text; null if there is no such head.</summary>
    public static IReadOnlyList<Entity>? Decode(EncodedText text, IReadOnlyList<(HeadManifest Head, float[] Logits)> heads)
    {
        var ours = heads.Where(static row => row.Head.Task == HeadTask.Tokens).ToList();
        return ours.Count == 0 ? null : [.. ours.SelectMany(row => Decode(row.Head, row.Logits, text)).OrderBy(static entity => entity.Start)];
    }

    /// <param name="logits">[tokens × labels], the tokens that frame the text included.</param>
    /// <param name="text">With text and offsets; else nothing is found.</param>
    public static IEnumerable<Entity> Decode(HeadManifest head, float[] logits, EncodedText text)
    {
        var words = Tag(head, logits, text);
        return Tags.Spans([.. words.Select(static word => word.Tag)]).Select(span => new Entity(
            span.Type, words[span.Start].Word.Start, words[span.End - 1].Word.End,
            Math.Round(words[span.Start..span.End].Average(static word => word.Probability), 6), head.Name));
    }

    /// <summary>Every word of the text with its likeliest tag.</summary>
    public static List<TaggedWord> Tag(HeadManifest head, float[] logits, EncodedText text)
    {
        var words = text.Text is null ? [] : TextWords.Of(text.Text, text.Offsets);
        return words.ConvertAll(word => Tag(head, logits, word));
    }

    private static TaggedWord Tag(HeadManifest head, float[] logits, TextWord word)
    {
        var scores = logits.AsSpan(word.Token * head.Labels.Count, head.Labels.Count).ToArray();
        HeadAnswer.Softmax(scores, (float)head.Temperature);
        var best = Array.IndexOf(scores, scores.Max());
        return new TaggedWord(word, head.Labels[best], scores[best]);
    }
}
