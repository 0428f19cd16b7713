using System.Text;
using StreamBert.Contracts;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.Unicode;

namespace StreamBert.Model.Explaining;

/// <summary>Tokens put together into the words a person sees.</summary>
internal static class WordGroups
{
    /// <summary>
    /// Sums the attributions of the tokens of each word: tokens that overlap, or that touch with no punctuation, symbol or ideograph at the
    /// seam.
    /// Tokens that stand nowhere in the text (the frame) are left out.
    /// </summary>
    public static IReadOnlyList<WordAttribution> Of(string text, IReadOnlyList<TokenSpan> offsets, IReadOnlyList<double> attributions)
    {
        var words = new List<WordAttribution>();
        for (var token = 0; token < offsets.Count; token++)
        {
            var (start, end) = (offsets[token].Start, offsets[token].End);
            if (start == end) continue;
            if (words.Count > 0 && Continues(text, words[^1].End, start))
            {
                var (word, until) = (words[^1], Math.Max(words[^1].End, end));
                words[^1] = word with { Text = text[word.Start..until], End = until, Attribution = word.Attribution + attributions[token] };
            }
            else
            {
                words.Add(new WordAttribution(text[start..end], start, end, attributions[token]));
            }
        }

        return words;
    }

    private static bool Continues(string text, int end, int start)
        => start < end || (start == end && !Parts(text, start - 1) && !Parts(text, start));

    private static bool Parts(string text, int at)
    {
        if (char.IsLowSurrogate(text[at]) && at > 0) at--;
        return Rune.TryGetRuneAt(text, at, out var rune)
            && (Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) || CharacterTable.IsCjk(rune.Value));
    }
}
