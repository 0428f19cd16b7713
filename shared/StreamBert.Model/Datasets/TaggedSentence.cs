using StreamBert.Model.Entities;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Datasets;

/// <summary>A sentence that its annotator split into words, with a tag for each word.</summary>
public sealed class TaggedSentence
{
    /// <summary>The label index of tokens that do not determine the tag of a word.</summary>
    internal const int NoLabel = -1;

    private readonly int[] _starts;

    /// <summary>Creates a sentence.</summary>
    /// <param name="words">The words.</param>
    /// <param name="tags">The tags in any scheme, such as IOB1 or BIOES.</param>
    public TaggedSentence(IReadOnlyList<string> words, IReadOnlyList<string> tags)
    {
        (Words, Tags, Text) = (words, EntityTags.ToIob2(tags), string.Join(' ', words));
        _starts = new int[words.Count];
        for (var i = 1; i < words.Count; i++) _starts[i] = _starts[i - 1] + words[i - 1].Length + 1;
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The tags in IOB2.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>The type of the entity of each word that belongs to one.</summary>
    public IEnumerable<string> EntityTypes => Tags.Select(EntityTags.GetType).OfType<string>();

    /// <summary>The words, separated by spaces: what the model reads.</summary>
    public string Text { get; }

    /// <summary>Aligns words of <see cref="Text"/> with the tagged words that contain them.</summary>
    /// <returns>For each word the index of the tagged word, and whether it is the first in it.</returns>
    internal IEnumerable<(WordSpan Word, int Index, bool IsFirst)> Align(IEnumerable<WordSpan> words)
    {
        var previous = -1;
        foreach (var word in words)
        {
            var found = Array.BinarySearch(_starts, word.Start);
            var index = found >= 0 ? found : ~found - 1;
            yield return (word, index, index != previous);
            previous = index;
        }
    }

    /// <summary>Returns the label index of each token, or <see cref="NoLabel"/>, also for tags that are not among the labels.</summary>
    /// <param name="encoded">The tokens of <see cref="Text"/> with their offsets.</param>
    /// <param name="labels">The labels in order.</param>
    internal int[] GetTokenLabels(EncodedText encoded, IReadOnlyList<string> labels)
    {
        string[] known = [.. labels];
        var tokenLabels = new int[encoded.Length];
        Array.Fill(tokenLabels, NoLabel);
        foreach (var (word, index, isFirst) in Align(WordSplitter.Split(Text, encoded.Offsets)))
            tokenLabels[word.FirstToken] = Array.IndexOf(known, isFirst ? Tags[index] : EntityTags.ToInside(Tags[index]));
        return tokenLabels;
    }
}
