namespace StreamBert.Model.Languages;

/// <summary>Detects the language of texts by script and, in Latin script, by function words.</summary>
internal static class LanguageDetector
{
    /// <summary>The characters from the start of a text that are read.</summary>
    private const int MaxCharacters = 1000;

    /// <summary>The fewest distinct function words that identify a language.</summary>
    private const int MinHits = 3;

    /// <summary>The share of function words among all words of a text from which they identify a language.</summary>
    private const double MinHitShare = 0.15;

    /// <summary>Of a short text, this many function words do, if they have a larger share and none is of another language.</summary>
    private const int MinClearHits = 2, MinClearWords = 4;

    private const double MinClearHitShare = 1.0 / 3;

    /// <summary>The share of the texts whose language is determined that a language of a data set has.</summary>
    private const double MinTextShare = 0.1;

    /// <summary>A text with as many words has a language that can usually be determined.</summary>
    private const int MinTextWords = 8;

    /// <summary>The fewest texts that a language of a data set has.</summary>
    private const int MinTexts = 20;

    /// <summary>Returns the likely language of a text.</summary>
    /// <returns>The code of ISO 639; null if it is not determined.</returns>
    public static string? Detect(ReadOnlySpan<char> text) => Detect(text, default);

    /// <summary>Returns the likely language of a text unless it may be one of the known languages.</summary>
    public static string? Detect(ReadOnlySpan<char> text, KnownLanguages known)
    {
        text = text[..Math.Min(text.Length, MaxCharacters)];
        var script = ScriptCounts.FindDominant(text);
        return script switch
        {
            Script.None => null,
            Script.Latin => DetectByWords(text, known.Words),
            _ => known.Has(script) ? null : ScriptLanguages.Identify(script, text),
        };
    }

    /// <summary>Returns the languages of a data set: those of a tenth of the texts whose language is determined.</summary>
    /// <returns>
    /// The codes, the most frequent first; none if too few texts have a known language, or most texts of several words have none: then
    /// they may be in a language that is not recognized.
    /// </returns>
    public static IReadOnlyList<string> DetectAll(IEnumerable<string> texts)
    {
        var found = texts.Select(static text => (Language: Detect(text), HasWords: HasWords(text))).ToList();
        var counts = found.Select(static text => text.Language).OfType<string>().CountBy(static language => language)
            .OrderByDescending(static count => count.Value).ThenBy(static count => count.Key, StringComparer.Ordinal).ToList();
        var determined = counts.Sum(static count => count.Value);
        if (2 * determined < found.Count(static text => text.HasWords))
            return [];
        var fewest = Math.Max(MinTexts, MinTextShare * determined);
        return [.. counts.Where(count => count.Value >= fewest).Select(static count => count.Key)];
    }

    /// <summary>Returns the languages of a trained model: the stated ones, else those of its texts, else those of its parent.</summary>
    /// <param name="stated">The languages that the person states.</param>
    /// <param name="texts">The texts of the training.</param>
    /// <param name="parent">The languages of the package that the training starts from.</param>
    /// <param name="keepsHeads">Whether heads of the parent remain; then its languages do.</param>
    public static IReadOnlyList<string> Choose(
        IReadOnlyList<string> stated, IEnumerable<string> texts, IReadOnlyList<string> parent, bool keepsHeads = false)
    {
        if (stated.Count > 0) return stated;
        var detected = DetectAll(texts);
        if (keepsHeads) return parent.Count == 0 ? [] : [.. parent.Union(detected)];
        return detected.Count > 0 ? detected : parent;
    }

    private static bool HasWords(string text) => text.AsSpan().Count(' ') >= MinTextWords - 1;

    private static string? DetectByWords(ReadOnlySpan<char> text, uint known)
    {
        Span<uint> masks = stackalloc uint[WordHits.MaxHits];
        Span<ulong> seen = stackalloc ulong[WordHits.SeenLength];
        var hits = WordHits.Collect(text, masks, seen, known);
        var best = hits.FindBest();
        if (best < 0) return null;
        var mask = 1u << best;
        if ((mask & known) != 0) return null;
        var (found, contrary) = (hits.CountOnlyIn(mask, known), hits.CountOnlyIn(known, mask));
        var isClear = found >= MinHits
            ? found >= MinHits * contrary && found >= MinHitShare * hits.Words
            : contrary == 0 && found >= MinClearHits && found >= MinClearHitShare * hits.Words && hits.Words >= MinClearWords;
        return isClear ? StopWords.Languages[best] : null;
    }
}
