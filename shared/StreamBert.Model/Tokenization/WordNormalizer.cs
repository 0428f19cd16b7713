using System.Buffers;
using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>BERT's cleaning of a stretch of text without white space, and its splitting into words; on every character there is.</summary>
internal sealed class WordNormalizer
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> whole;
    private readonly bool lowercase, stripAccents, splitChinese, neverSplits;

    /// <param name="literals">Tokens that are taken whole when dropping characters has formed them, as Hugging Face does it.</param>
    public WordNormalizer(WordPieceOptions options, IEnumerable<string> literals)
    {
        (lowercase, stripAccents, splitChinese) = (options.Lowercase, options.StripAccents ?? options.Lowercase, options.SplitChinese);
        neverSplits = options.NeverSplit.Count > 0;
        whole = options.NeverSplit.Concat(literals).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Reads, cleans and lower-cases up to the next white space or CJK character, then strips accents.</summary>
    /// <param name="isWhole">Whether what came out is one of the words that are never split.</param>
    public NormalizedWord Next(ReadOnlySpan<char> text, ref int at, TokenBuffer scratch, out bool isWhole)
    {
        var word = scratch.Cleaned;
        var dropped = Clean(text, ref at, word);
        var comparable = neverSplits || dropped; // else literals have been found before
        isWhole = comparable && whole.Contains(word.Text);
        if (isWhole || !stripAccents) return word;
        Accents.Strip(word, word = scratch.Stripped);
        isWhole = comparable && whole.Contains(word.Text);
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

    /// <returns>Whether characters were dropped.</returns>
    private bool Clean(ReadOnlySpan<char> text, ref int at, NormalizedWord into)
    {
        into.Clear();
        var dropped = false;
        for (int length; at < text.Length; at += length)
        {
            var valid = Rune.DecodeFromUtf16(text[at..], out var rune, out length) == OperationStatus.Done;
            var kind = valid ? Characters.ClassOf(rune.Value) : CharacterClass.Control; // half of a surrogate pair
            var source = new TokenSpan(at, at + length);
            dropped |= kind == CharacterClass.Control;
            if (kind == CharacterClass.Control || (kind == CharacterClass.White && into.Length == 0)) continue;
            if (kind == CharacterClass.White) return dropped;
            if (splitChinese && Characters.IsCjk(rune.Value))
            {
                if (into.Length > 0) return dropped;
                into.Add(rune, source);
                at += length;
                return dropped;
            }

            if (lowercase) AddLower(rune, source, into);
            else into.Add(rune, source);
        }

        return dropped;
    }

    /// <summary>İ is the one capital whose lower case is two characters whatever the language.</summary>
    private static void AddLower(Rune rune, TokenSpan source, NormalizedWord into)
    {
        if (rune.Value == 'İ') into.Add("i\u0307", source);
        else into.Add(Rune.ToLowerInvariant(rune), source);
    }
}
