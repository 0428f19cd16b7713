using System.Buffers;
using System.Globalization;
using System.Text;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Heads;

/// <summary>A word of a text.</summary>
/// <param name="Token">The first of its tokens: its tag is the word's.</param>
/// <param name="Start">Its place in the text: UTF-16 positions, the end exclusive.</param>
public readonly record struct TextWord(int Token, int Start, int End);

/// <summary>
/// The words that tags belong to. Tokens without white space between them are one word, whatever pieces they were cut into, so that "U.N."
/// and
/// "S.p.A." have one tag. But in a real text punctuation sticks to words, unlike in the data that heads are trained on: brackets, quotes
/// and the
/// marks that end a sentence are taken off, and each ideograph is a word. Training, evaluation and serving share this rule.
/// </summary>
public static class TextWords
{
    private static readonly SearchValues<char> WhiteSpace =
        SearchValues.Create([.. Enumerable.Range(0, char.MaxValue).Select(static c => (char)c).Where(char.IsWhiteSpace)]);

    private const string Quotes = "\"'`", Marks = ".,;:!?…";

    /// <param name="offsets">The place of each token; empty at tokens that frame the text.</param>
    public static List<TextWord> Of(string text, ReadOnlySpan<TokenSpan> offsets)
    {
        var words = new List<TextWord>();
        foreach (var (first, end) in Runs(text, offsets))
        {
            for (int from = first, to; from < end; from = to)
            {
                to = EndOfPart(text, offsets, from, end);
                words.Add(Trimmed(text, offsets, from, to));
            }
        }

        return words;
    }

    /// <summary>Runs of tokens without white space between them: first token and the one after the last.</summary>
    private static List<(int First, int End)> Runs(string text, ReadOnlySpan<TokenSpan> offsets)
    {
        var runs = new List<(int First, int End)>();
        for (var i = 0; i < offsets.Length; i++)
        {
            if (offsets[i].End <= offsets[i].Start) continue;
            if (runs is [.., var (first, end)] && end == i && !Parted(text, offsets[i - 1].End, offsets[i].Start))
            {
                runs[^1] = (first, i
                + 1);
            }
            else
            {
                runs.Add((i, i + 1));
            }
        }

        return runs;
    }

    private static bool Parted(string text, int end, int start) => end < start && text.AsSpan(end, start - end).ContainsAny(WhiteSpace);

    private static int EndOfPart(string text, ReadOnlySpan<TokenSpan> offsets, int from, int end)
    {
        var to = from + 1;
        if (IsIdeograph(text, offsets[from])) return to;
        while (to < end && !IsIdeograph(text, offsets[to])) to++;
        return to;
    }

    /// <summary>The word without the punctuation around it; of a word of nothing else one mark stays.</summary>
    private static TextWord Trimmed(string text, ReadOnlySpan<TokenSpan> offsets, int from, int to)
    {
        var (first, last) = (from, to - 1);
        while (first < last && Is(text, offsets[first], Opens)) first++;
        while (first < last && Is(text, offsets[last], Closes) && !EndsAbbreviation(text, offsets, first, last)) last--;
        return new TextWord(first, offsets[first].Start, EndOfMarks(text, offsets[last].End));
    }

    /// <summary>Accents and invisible characters that the tokenizer drops belong to what they follow.</summary>
    private static int EndOfMarks(string text, int end)
    {
        while (end < text.Length && char.GetUnicodeCategory(
            text[end]) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format)
        {
            end++;
        }

        return end;
    }

    /// <summary>A full stop belongs to its word if that has another inside: "U.S." but not "Inc.".</summary>
    private static bool EndsAbbreviation(string text, ReadOnlySpan<TokenSpan> offsets, int first, int last) =>
        text[offsets[last].Start] == '.' && text.AsSpan(offsets[first].Start, offsets[last].Start - offsets[first].Start).Contains('.');

    private static bool Is(string text, TokenSpan token, Predicate<char> kind)
    {
        foreach (var character in text.AsSpan(token.Start, token.End - token.Start))
            if (!kind(character)) return false;
        return true;
    }

    private static bool Opens(char c) =>
        Quotes.Contains(c) || char.GetUnicodeCategory(c) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation;

    private static bool Closes(char c) => Quotes.Contains(c) || Marks.Contains(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation;

    /// <summary>A Chinese character, also as Japanese and Korean use it: BERT cuts them apart.</summary>
    private static bool IsIdeograph(string text, TokenSpan token)
        => Rune.TryGetRuneAt(text, token.Start, out var rune) && CharacterTable.IsCjk(rune.Value);
}
