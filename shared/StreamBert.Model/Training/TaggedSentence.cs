using StreamBert.Model.Heads;
using StreamBert.Model.Tokenization;

namespace StreamBert.Model.Training;

/// <summary>A sentence cut into words by whoever tagged it, with a tag for each word in IOB2.</summary>
public sealed class TaggedSentence
{
    private readonly int[] _starts;

    public TaggedSentence(IReadOnlyList<string> words, IReadOnlyList<string> tags)
    {
        (Tags, Text) = (Heads.Tags.ToIob2(tags), string.Join(' ', words));
        _starts = new int[words.Count];
        for (var i = 1; i < words.Count; i++) _starts[i] = _starts[i - 1] + words[i - 1].Length + 1;
    }

    public IReadOnlyList<string> Tags { get; }

    /// <summary>The words with a space between them.</summary>
    public string Text { get; }

    /// <summary>The tagged word that a word of <see cref="Text"/> lies in.</summary>
    /// <param name="First">Whether it is the first there.</param>
    internal IEnumerable<(TextWord Word, int Index, bool First)> Align(IEnumerable<TextWord> words)
    {
        var last = -1;
        foreach (var word in words)
        {
            var found = Array.BinarySearch(_starts, word.Start);
            var index = found >= 0 ? found : ~found - 1;
            yield return (word, index, index != last);
            last = index;
        }
    }

    /// <summary>For each token the index of its label, or -1 where it decides nothing.</summary>
    /// <param name="encoded"><see cref="Text"/> with its offsets.</param>
    internal int[] TokenLabels(EncodedText encoded, IReadOnlyDictionary<string, int> labels)
    {
        var targets = new int[encoded.Length];
        Array.Fill(targets, -1);
        foreach (var (word, index, first) in Align(TextWords.Of(Text, encoded.Offsets)))
            targets[word.Token] = labels[first ? Tags[index] : Heads.Tags.Inside(Tags[index])];
        return targets;
    }
}
