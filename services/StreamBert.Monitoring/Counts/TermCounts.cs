using System.Runtime.InteropServices;

namespace StreamBert.Monitoring.Counts;

/// <summary>The number of texts in which each word occurs; the most frequent words are kept.</summary>
internal sealed class TermCounts
{
    private const int MinimumLength = 3, ExpectedWords = 24;

    /// <summary>Word → number of texts.</summary>
    public Dictionary<string, double> Texts { get; set; } = [];

    /// <summary>The sum of the numbers of all words, including those that are not kept.</summary>
    public double Total { get; set; }

    /// <summary>Adds the words of a text, in lower case, each once.</summary>
    public void Add(string text)
    {
        HashSet<string> words = new(ExpectedWords);
        var lower = text.ToLowerInvariant();
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var isInside = i < text.Length && (char.IsLetter(text[i]) || (start >= 0 && text[i] is '\'' or '-'));
            if (isInside && start < 0)
                start = i;
            if (isInside || start < 0)
                continue;
            if (i - start >= MinimumLength)
                AddWord(lower.AsSpan(start, i - start).TrimEnd("'-"), words);
            start = -1;
        }
    }

    private void AddWord(ReadOnlySpan<char> word, HashSet<string> words)
    {
        if (!Texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var known, out _))
            known = word.ToString();
        if (!words.Add(known))
            return;
        CollectionsMarshal.GetValueRefOrAddDefault(Texts, known, out _)++;
        Total++;
    }

    public void Add(TermCounts other)
    {
        foreach (var (word, count) in other.Texts)
            CollectionsMarshal.GetValueRefOrAddDefault(Texts, word, out _) += count;
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
}
