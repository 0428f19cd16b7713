using System.Buffers;
using System.Globalization;
using System.Text;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Entities;

/// <summary>
/// Splits a text into the words that entity tags refer to; training, evaluation and inference share this rule. Tokens without white space
/// between them are one word, so that "U.N." and "S.p.A." have one tag. In running text, however, punctuation adjoins words, unlike in the
/// data that heads are trained on: brackets, quotes and the punctuation that ends a sentence are removed from words, and each ideograph is
/// a word.
/// </summary>
internal static class WordSplitter
{
    private static readonly SearchValues<char> WhiteSpace =
        SearchValues.Create([.. Enumerable.Range(0, char.MaxValue).Select(static c => (char)c).Where(char.IsWhiteSpace)]);

    private const string Quotes = "\"'`", ClosingPunctuation = ".,;:!?…";

    /// <param name="offsets">The position of each token; empty for special tokens.</param>
    public static List<WordSpan> Split(string text, ReadOnlySpan<TokenSpan> offsets)
    {
        var words = new List<WordSpan>();
        foreach (var (first, end) in FindRuns(text, offsets))
        {
            for (int start = first, next; start < end; start = next)
            {
                next = FindPartEnd(text, offsets, start, end);
                words.Add(CreateWord(text, offsets, start, next));
            }
        }

        return words;
    }

    /// <summary>Returns the ranges of tokens without white space between them.</summary>
    private static List<(int First, int End)> FindRuns(string text, ReadOnlySpan<TokenSpan> offsets)
    {
        var runs = new List<(int First, int End)>();
        for (var i = 0; i < offsets.Length; i++)
        {
            if (offsets[i].End <= offsets[i].Start) continue;
            if (runs is [.., var (first, end)] && end == i && !IsSeparated(text, offsets[i - 1].End, offsets[i].Start))
            {
                runs[^1] = (first, i + 1);
            }
            else
            {
                runs.Add((i, i + 1));
            }
        }

        return runs;
    }

    private static bool IsSeparated(string text, int end, int start) =>
        end < start && text.AsSpan(end, start - end).ContainsAny(WhiteSpace);

    /// <summary>Returns the end of the part of a run that is an ideograph, or contains none.</summary>
    private static int FindPartEnd(string text, ReadOnlySpan<TokenSpan> offsets, int start, int end)
    {
        var next = start + 1;
        if (IsIdeograph(text, offsets[start])) return next;
        while (next < end && !IsIdeograph(text, offsets[next])) next++;
        return next;
    }

    /// <summary>Creates a word without the punctuation around it; of a word of punctuation only one token remains.</summary>
    private static WordSpan CreateWord(string text, ReadOnlySpan<TokenSpan> offsets, int start, int end)
    {
        var (first, last) = (start, end - 1);
        while (first < last && ConsistsOf(text, offsets[first], IsOpening)) first++;
        while (first < last && ConsistsOf(text, offsets[last], IsClosing) && !EndsAbbreviation(text, offsets, first, last)) last--;
        return new WordSpan(first, offsets[first].Start, SkipMarks(text, offsets[last].End));
    }

    /// <summary>Accents and invisible characters that the tokenizer removes belong to the word before them.</summary>
    private static int SkipMarks(string text, int end)
    {
        while (end < text.Length && IsMark(text[end])) end++;
        return end;
    }

    private static bool IsMark(char c) =>
        char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;

    /// <summary>A full stop belongs to a word that contains another one: "U.S." but not "Inc.".</summary>
    private static bool EndsAbbreviation(string text, ReadOnlySpan<TokenSpan> offsets, int first, int last) =>
        text[offsets[last].Start] == '.' && text.AsSpan(offsets[first].Start, offsets[last].Start - offsets[first].Start).Contains('.');

    private static bool ConsistsOf(string text, TokenSpan token, Predicate<char> predicate)
    {
        foreach (var character in text.AsSpan(token.Start, token.End - token.Start))
        {
            if (!predicate(character)) return false;
        }

        return true;
    }

    private static bool IsOpening(char c) =>
        Quotes.Contains(c) || char.GetUnicodeCategory(c) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation;

    private static bool IsClosing(char c) => Quotes.Contains(c) || ClosingPunctuation.Contains(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation;

    /// <summary>Determines whether a token is a Chinese character, as in Chinese, Japanese and Korean, which BERT splits.</summary>
    private static bool IsIdeograph(string text, TokenSpan token) =>
        Rune.TryGetRuneAt(text, token.Start, out var rune) && CharacterTable.IsCjk(rune.Value);
}
