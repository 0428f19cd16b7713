using System.Numerics;

namespace StreamBert.Model.Languages;

/// <summary>The distinct function words of a text, without allocation.</summary>
internal ref struct WordHits
{
    /// <summary>The number of hits that a caller provides memory for; further ones say nothing new.</summary>
    public const int MaxHits = 64;

    private readonly Span<uint> _masks;
    private readonly Span<ulong> _seen;
    private readonly uint _known;
    private int _count;

    /// <param name="masks">Memory for <see cref="MaxHits"/> masks.</param>
    /// <param name="seen">Cleared memory for one bit for each function word.</param>
    /// <param name="known">The mask of the languages of the model.</param>
    private WordHits(Span<uint> masks, Span<ulong> seen, uint known)
    {
        _masks = masks;
        _seen = seen;
        _known = known;
    }

    /// <summary>The number of 64-bit values that hold one bit for each function word.</summary>
    public static int SeenLength { get; } = (StopWords.Count + 63) / 64;

    /// <summary>The words of the text, function words or not.</summary>
    public int Words { get; private set; }

    private readonly ReadOnlySpan<uint> Found => _masks[.._count];

    /// <summary>
    /// Collects the function words of a text. Tokens with digits or signs (addresses, mentions, tags, tickers, code) and words in
    /// upper case are no words. Parts of names are words, but no function words: capitalized words inside of a text, and particles before
    /// a name (<c>von der Leyen</c>, <c>Los Angeles</c>).
    /// </summary>
    public static WordHits Collect(ReadOnlySpan<char> text, Span<uint> masks, Span<ulong> seen, uint known)
    {
        seen.Clear();
        var hits = new WordHits(masks, seen, known);
        var word = ReadOnlySpan<char>.Empty;
        var isFirst = true;
        foreach (var range in text.SplitAny(' ', '\t', '\n', '\r', '\u00a0'))
        {
            if (hits._count == MaxHits) return hits;
            var next = Trim(text[range]);
            if (next.IsEmpty) continue;
            if (!word.IsEmpty)
            {
                hits.Add(word, next, isFirst);
                isFirst = false;
            }
            word = next;
        }
        hits.Add(word, [], isFirst);
        return hits;
    }

    /// <summary>Returns the language with the most hits; -1 without any.</summary>
    public readonly int FindBest()
    {
        Span<int> counts = stackalloc int[32];
        counts.Clear();
        var best = -1;
        foreach (var mask in Found)
        {
            for (var rest = mask; rest != 0; rest &= rest - 1)
            {
                var language = BitOperations.TrailingZeroCount(rest);
                counts[language]++;
            }
        }
        for (var language = 0; language < counts.Length; language++)
        {
            if (counts[language] > 0 && (best < 0 || counts[language] > counts[best])) best = language;
        }
        return best;
    }

    /// <summary>Counts the words that one of the first languages has and none of the second.</summary>
    public readonly int CountOnlyIn(uint first, uint second)
    {
        var count = 0;
        foreach (var mask in Found)
        {
            if ((mask & first) != 0 && (mask & second) == 0) count++;
        }
        return count;
    }

    private void Add(ReadOnlySpan<char> word, ReadOnlySpan<char> next, bool isFirst)
    {
        if (word.IsEmpty || !IsWord(word, out var apostrophe)) return;
        Words++;
        var isBeforeName = next is [var initial, ..] && (char.IsUpper(initial) || IsParticle(next));
        var isName = (!isFirst && char.IsUpper(word[0])) || (isBeforeName && IsParticle(word));
        if (TryCount(word, isName)) return;
        if (apostrophe > 0) TryCount(word[..(apostrophe + 1)], isName); // French and Italian elision
    }

    /// <summary>Whether names of persons and places have the word between or before their parts.</summary>
    private static bool IsParticle(ReadOnlySpan<char> word)
    {
        const int maxLength = 5;
        Span<char> lower = stackalloc char[maxLength];
        return word.Length <= maxLength && word.ToLowerInvariant(lower) is var length && lower[..length]
            is "de" or "la" or "le" or "el" or "los" or "las" or "du" or "da" or "do" or "dos" or "di" or "del" or "della" or "von" or "van"
            or "der" or "den" or "zu" or "ter" or "al";
    }

    /// <param name="word">The word.</param>
    /// <param name="isName">Whether it is part of a name; then it counts only as a word of the model's languages.</param>
    private bool TryCount(ReadOnlySpan<char> word, bool isName)
    {
        Span<char> lower = stackalloc char[StopWords.MaxLength];
        if (word.Length > lower.Length) return false;
        for (var i = 0; i < word.Length; i++)
            lower[i] = word[i] == '’' ? '\'' : char.ToLowerInvariant(word[i]);
        if (!StopWords.TryFind(lower[..word.Length], out var found)) return false;
        if (isName && (found.Languages & _known) == 0) return true;
        ref var seen = ref _seen[found.Index / 64];
        var bit = 1ul << (found.Index % 64);
        if ((seen & bit) == 0 && _count < MaxHits)
            _masks[_count++] = found.Languages;
        seen |= bit;
        return true;
    }

    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> token)
    {
        const string opening = "\"'‘“„«(¿¡", closing = "\"'’”“»).,;:!?…";
        return token.TrimStart(opening).TrimEnd(closing);
    }

    /// <param name="apostrophe">The index of the first apostrophe; -1 if there is none.</param>
    private static bool IsWord(ReadOnlySpan<char> token, out int apostrophe)
    {
        apostrophe = -1;
        var hasLower = false;
        for (var i = 0; i < token.Length; i++)
        {
            var character = token[i];
            if (character is '\'' or '’')
                apostrophe = apostrophe < 0 ? i : apostrophe;
            else if (!char.IsLetter(character) && character != '-')
                return false;
            else
                hasLower |= char.IsLower(character);
        }
        return hasLower;
    }
}
