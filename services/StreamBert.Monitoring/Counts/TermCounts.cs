namespace StreamBert.Monitoring.Counts;

/// <summary>The number of texts in which each word occurs; the most frequent words are kept.</summary>
internal sealed class TermCounts
{
    private const int MinimumLength = 3;

    /// <summary>Word → number of texts.</summary>
    public Dictionary<string, double> Texts { get; set; } = [];

    /// <summary>The sum of the numbers of all words, including those that are not kept.</summary>
    public double Total { get; set; }

    public void Add(string text)
    {
        foreach (var word in WordsOf(text))
        {
            Texts[word] = Texts.GetValueOrDefault(word) + 1;
            Total++;
        }
    }

    public void Add(TermCounts other)
    {
        foreach (var (word, count) in other.Texts)
            Texts[word] = Texts.GetValueOrDefault(word) + count;
        Total += other.Total;
    }

    /// <summary>Multiplies all counts by a factor below 1, so that older texts count less.</summary>
    public void Decay(double factor)
    {
        foreach (var word in Texts.Keys)
            Texts[word] *= factor;
        Total *= factor;
    }

    /// <summary>Removes all but the most frequent words.</summary>
    public void Trim(int capacity)
    {
        if (Texts.Count <= capacity)
            return;
        Texts = Texts.OrderByDescending(static word => word.Value).ThenBy(static word => word.Key, StringComparer.Ordinal).Take(capacity)
            .ToDictionary();
    }

    /// <summary>Returns the words of a text, in lower case, each once.</summary>
    public static HashSet<string> WordsOf(string text)
    {
        HashSet<string> words = [];
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isInside = i < text.Length && (char.IsLetter(text[i]) || (start >= 0 && text[i] is '\'' or '-'));
            if (isInside && start < 0)
                start = i;
            if (isInside || start < 0)
                continue;
            if (i - start >= MinimumLength)
                words.Add(text[start..i].ToLowerInvariant().TrimEnd('\'', '-'));
            start = -1;
        }
        return words;
    }
}
