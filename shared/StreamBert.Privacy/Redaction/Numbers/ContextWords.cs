using System.Collections.Frozen;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>Examines the words around a number, in a bounded range, so that the time of a scan stays linear.</summary>
internal static class ContextWords
{
    private const int Reach = 56;

    public static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells whether one of the last words before a position is in the set.</summary>
    public static bool Before(string text, int place, FrozenSet<string> words, int most = 5)
    {
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        var reader = new Backwards(text, place);
        for (var count = 0; count < most && reader.Next(); count++)
        {
            if (known.Contains(reader.Word))
                return true;
        }

        return false;
    }

    /// <summary>Tells whether one of the next words after a position is in the set, as in <c>123456782 (BSN)</c>.</summary>
    public static bool After(string text, int place, FrozenSet<string> words, int most = 2)
    {
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        var end = Math.Min(text.Length, place + Reach / 2);
        for (int at = place, count = 0; count < most && at < end; count++)
        {
            while (at < end && !char.IsLetter(text[at]))
            {
                if (text[at++] is '\n' or '[' or '.' or ',' or ';' or (>= '0' and <= '9'))
                    return false;
            }

            var start = at;
            while (at < end && char.IsLetter(text[at]))
                at++;
            if (known.Contains(text.AsSpan(start, at - start)))
                return true;
        }
        return false;
    }

    /// <summary>
    /// Tells whether a phrase of a verb and an object (<c>call me</c>), or the verb alone right before the number, precedes a position.
    /// </summary>
    public static bool Phrase(string text, int place, FrozenSet<string> verbs, FrozenSet<string> objects)
    {
        var (verb, other) = (verbs.GetAlternateLookup<ReadOnlySpan<char>>(), objects.GetAlternateLookup<ReadOnlySpan<char>>());
        var reader = new Backwards(text, place);
        var follows = true; // the number itself
        for (var count = 0; count < 5 && reader.Next(); count++)
        {
            if (follows && verb.Contains(reader.Word))
                return true;
            follows = other.Contains(reader.Word);
        }
        return false;
    }

    /// <summary>
    /// Reads words from a position to the left, until the end of the previous sentence or line; placeholders are not words.
    /// </summary>
    private ref struct Backwards(string text, int place)
    {
        private readonly int _least = Math.Max(0, place - Reach);
        private int _at = place;

        public ReadOnlySpan<char> Word { get; private set; }

        public bool Next()
        {
            while (_at > _least && !char.IsLetter(text[_at - 1]))
            {
                if (text[_at - 1] is '\n' or '!' or '?' or ';' || EndsSentence())
                    return false;
                _at = text[_at - 1] == ']' ? Math.Max(_least, text.LastIndexOf('[', _at - 1, _at - _least)) : _at - 1;
            }
            var end = _at;
            while (_at > _least && char.IsLetter(text[_at - 1]))
                _at--;
            Word = text.AsSpan(_at, end - _at);
            return end > _at;
        }

        /// <summary>Tells whether a full stop follows a word that is too long for an abbreviation.</summary>
        private readonly bool EndsSentence()
        {
            if (text[_at - 1] != '.' || _at >= text.Length || text[_at] != ' ')
                return false;
            var start = _at - 1;
            while (start > _least && char.IsLetter(text[start - 1]))
                start--;
            return _at - 1 - start > 4;
        }
    }
}
