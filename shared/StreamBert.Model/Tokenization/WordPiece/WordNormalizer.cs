using System.Buffers;
using System.Text;
using StreamBert.Model.Tokenization.Normalizers;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Tokenization.WordPiece;

/// <summary>BERT's normalization of a segment without white space, and its split into words, for every Unicode character.</summary>
internal sealed class WordNormalizer
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _neverSplit;
    private readonly bool _lowercase, _stripAccents, _splitChinese, _hasNeverSplit;

    public WordNormalizer(WordPieceOptions options)
    {
        (_lowercase, _stripAccents, _splitChinese) = (options.Lowercase, options.StripAccents ?? options.Lowercase, options.SplitChinese);
        _hasNeverSplit = options.NeverSplit.Count > 0;
        _neverSplit = options.NeverSplit.ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Cleans the text up to the next white space or CJK character, then strips accents and lower-cases.</summary>
    /// <param name="isWhole">Whether the result is one of the words that are never split.</param>
    public NormalizedText Normalize(ReadOnlySpan<char> text, ref int position, TokenBuffer scratch, out bool isWhole)
    {
        var (word, other) = (scratch.CleanedText, scratch.StrippedText);
        Clean(text, ref position, word);
        if (_stripAccents)
        {
            UnicodeNormalization.StripMarks(word, other);
            (word, other) = (other, word);
        }

        if (_lowercase)
        {
            UnicodeNormalization.ToLower(word, other);
            word = other;
        }

        isWhole = _hasNeverSplit && _neverSplit.Contains(word.Text);
        return word;
    }

    /// <summary>Reads the next word: a punctuation character, or the characters up to one.</summary>
    public static bool TryReadWord(ReadOnlySpan<char> text, ref int position, out int start)
    {
        start = position;
        while (position < text.Length)
        {
            Rune.DecodeFromUtf16(text[position..], out var rune, out var length);
            var isPunctuation = CharacterTable.GetClass(rune.Value) == CharacterClass.Punctuation;
            if (isPunctuation && position > start) return true;
            position += length;
            if (isPunctuation) return true;
        }

        return position > start;
    }

    private void Clean(ReadOnlySpan<char> text, ref int position, NormalizedText target)
    {
        target.Clear();
        for (int length; position < text.Length; position += length)
        {
            var isValid = Rune.DecodeFromUtf16(text[position..], out var rune, out length) == OperationStatus.Done;
            var characterClass = isValid ? CharacterTable.GetClass(rune.Value) : CharacterClass.Control; // unpaired surrogates are removed
            var source = new TokenSpan(position, position + length);
            if (characterClass == CharacterClass.Control || (characterClass == CharacterClass.WhiteSpace && target.Length == 0)) continue;
            if (characterClass == CharacterClass.WhiteSpace) return;
            if (!_splitChinese || !CharacterTable.IsCjk(rune.Value))
            {
                target.Add(rune, source);
                continue;
            }

            if (target.Length > 0) return;
            target.Add(rune, source);
            position += length;
            return;
        }
    }
}
