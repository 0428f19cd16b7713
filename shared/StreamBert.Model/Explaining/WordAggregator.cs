using System.Text;
using StreamBert.Contracts;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Explaining;

/// <summary>Aggregates the attributions of tokens to those of words.</summary>
internal static class WordAggregator
{
    /// <summary>
    /// Sums the attributions of the tokens of each word: tokens that overlap, or that adjoin without punctuation, a symbol or an ideograph
    /// on either side of the boundary. Special tokens, which have no position in the text, are omitted.
    /// </summary>
    public static IReadOnlyList<WordAttribution> Aggregate(
        string text, IReadOnlyList<TokenSpan> offsets, IReadOnlyList<double> attributions)
    {
        var words = new List<WordAttribution>();
        for (var token = 0; token < offsets.Count; token++)
        {
            var (start, end) = (offsets[token].Start, offsets[token].End);
            if (start == end) continue;
            if (words.Count > 0 && IsContinuation(text, words[^1].End, start))
            {
                var (word, wordEnd) = (words[^1], Math.Max(words[^1].End, end));
                var attribution = word.Attribution + attributions[token];
                words[^1] = word with { Text = text[word.Start..wordEnd], End = wordEnd, Attribution = attribution };
            }
            else
            {
                words.Add(new WordAttribution(text[start..end], start, end, attributions[token]));
            }
        }

        return words;
    }

    private static bool IsContinuation(string text, int end, int start) =>
        start < end || (start == end && !IsSeparateWord(text, start - 1) && !IsSeparateWord(text, start));

    private static bool IsSeparateWord(string text, int index)
    {
        if (char.IsLowSurrogate(text[index]) && index > 0) index--;
        return Rune.TryGetRuneAt(text, index, out var rune)
            && (Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) || CharacterTable.IsCjk(rune.Value));
    }
}
