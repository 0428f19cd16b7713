using System.Buffers;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>BERT's cleaning of a stretch of text without white space, and its splitting into words; on every character there is.</summary>
internal sealed class WordNormalizer
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _whole;
    private readonly bool _lowercase, _stripAccents, _splitChinese, _neverSplits;

    public WordNormalizer(WordPieceOptions options)
    {
        (_lowercase, _stripAccents, _splitChinese) = (options.Lowercase, options.StripAccents ?? options.Lowercase, options.SplitChinese);
        _neverSplits = options.NeverSplit.Count > 0;
        _whole = options.NeverSplit.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads and cleans up to the next white space or CJK character, strips accents, then lower-cases.</summary>
    /// <param name="isWhole">Whether what came out is one of the words that are never split.</param>
    public NormalizedText Next(ReadOnlySpan<char> text, ref int at, TokenBuffer scratch, out bool isWhole)
    {
        var (word, other) = (scratch.Cleaned, scratch.Stripped);
        Clean(text, ref at, word);
        if (_stripAccents)
        {
            UnicodeNormalization.StripMarks(word, other);
            (word, other) = (other, word);
        }

        if (_lowercase)
        {
            Lower(word, other);
            word = other;
        }

        isWhole = _neverSplits && _whole.Contains(word.Text);
        return word;
    }

    /// <summary>Words end at punctuation, and each punctuation character is one.</summary>
    public static bool NextWord(ReadOnlySpan<char> text, ref int at, out int start)
    {
        start = at;
        while (at < text.Length)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            var separate = Characters.ClassOf(rune.Value) == CharacterClass.Punctuation;
            if (separate && at > start) return true;
            at += length;
            if (separate) return true;
        }

        return at > start;
    }

    private void Clean(ReadOnlySpan<char> text, ref int at, NormalizedText into)
    {
        into.Clear();
        for (int length; at < text.Length; at += length)
        {
            var valid = Rune.DecodeFromUtf16(text[at..], out var rune, out length) == OperationStatus.Done;
            var kind = valid ? Characters.ClassOf(rune.Value) : CharacterClass.Control; // half of a surrogate pair
            var source = new TokenSpan(at, at + length);
            if (kind == CharacterClass.Control || (kind == CharacterClass.White && into.Length == 0)) continue;
            if (kind == CharacterClass.White) return;
            if (!_splitChinese || !Characters.IsCjk(rune.Value))
            {
                into.Add(rune, source);
                continue;
            }

            if (into.Length > 0) return;
            into.Add(rune, source);
            at += length;
            return;
        }
    }

    public static void Lower(NormalizedText from, NormalizedText into)
    {
        into.Clear();
        var text = from.Text;
        for (int at = 0, length; at < text.Length; at += length)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out length);
            UnicodeTables.AddLower(rune, new TokenSpan(from.StartOf(at), from.EndOf(at)), into);
        }
    }
}
