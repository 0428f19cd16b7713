namespace StreamBert.Model.Languages;

/// <summary>Counts the letters of a text by script.</summary>
internal static class ScriptCounts
{
    private const int Scripts = (int)Script.Hangul + 1;

    /// <summary>The fewest letters that identify a script.</summary>
    private const int MinLetters = 10;

    /// <summary>A character of Chinese, Japanese or Korean says as much as several letters.</summary>
    private const int IdeographWeight = 3;

    /// <summary>
    /// Returns the script of at least half of the letters; none if there is no such script, or too few letters. Kana among Chinese
    /// characters make a text Japanese; a few of them are decoration.
    /// </summary>
    public static Script FindDominant(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[Scripts];
        counts.Clear();
        foreach (var character in text)
        {
            var script = ScriptOf(character);
            counts[(int)script] += script >= Script.Han ? IdeographWeight : 1;
        }
        MergeKana(counts);
        var (best, total) = (1, 0);
        for (var script = 1; script < Scripts; script++)
        {
            total += counts[script];
            if (counts[script] > counts[best]) best = script;
        }
        return counts[best] >= MinLetters && 2 * counts[best] >= total ? (Script)best : Script.None;
    }

    private static void MergeKana(Span<int> counts)
    {
        const int minKana = 3, minKanaShare = 5;
        ref var han = ref counts[(int)Script.Han];
        ref var kana = ref counts[(int)Script.Kana];
        if (kana >= minKana * IdeographWeight && minKanaShare * kana >= han + kana)
            (han, kana) = (0, han + kana);
        else
            kana = 0;
    }

    private static Script ScriptOf(char character) => character switch
    {
        >= 'a' and <= 'z' or >= 'A' and <= 'Z' => Script.Latin,
        < '\u00c0' or '\u00d7' or '\u00f7' => Script.None,
        <= '\u024f' or >= '\u1e00' and <= '\u1eff' => Script.Latin,
        >= '\u0370' and <= '\u03ff' or >= '\u1f00' and <= '\u1fff' => Script.Greek,
        >= '\u0400' and <= '\u052f' => Script.Cyrillic,
        >= '\u0531' and <= '\u058a' => Script.Armenian,
        >= '\u05d0' and <= '\u05ea' => Script.Hebrew,
        >= '\u0620' and <= '\u064a' or >= '\u0671' and <= '\u06d3' or >= '\u0750' and <= '\u077f' => Script.Arabic,
        >= '\u0904' and <= '\u0963' => Script.Devanagari,
        >= '\u0985' and <= '\u09cc' => Script.Bengali,
        >= '\u0b85' and <= '\u0bcd' => Script.Tamil,
        >= '\u0e01' and <= '\u0e4e' => Script.Thai,
        >= '\u10a0' and <= '\u10ff' => Script.Georgian,
        '\u306e' => Script.None, // Chinese brands have it too
        >= '\u3041' and <= '\u3096' or >= '\u30a1' and <= '\u30fa' => Script.Kana,
        >= '\u3400' and <= '\u9fff' => Script.Han,
        >= '\uac00' and <= '\ud7a3' => Script.Hangul,
        _ => Script.None,
    };
}
