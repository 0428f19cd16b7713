namespace StreamBert.Monitoring.Alerts;

/// <summary>
/// Finds words that are over-represented in some texts against others: the log-odds ratio with a Dirichlet prior of both, in standard
/// errors (Monroe, Colaresi and Quinn 2008, "Fightin' Words"). Words that are equally frequent in both score near zero, so that no list
/// of stop words is needed.
/// </summary>
internal static class SalientTerms
{
    private const double MinimumScore = 1.2;
    private const double PriorWeight = 50;
    private const double MinimumPrior = 0.01;
    private const int MinimumTexts = 2;
    private const int MinimumLength = 3;

    /// <summary>Returns the words with the highest scores, in descending order. Each occurs in at least two of the texts.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> texts, IEnumerable<string> others, int maxTerms)
    {
        var (counts, total) = CountTexts(texts);
        var (otherCounts, otherTotal) = CountTexts(others);
        if (total == 0 || otherTotal == 0)
            return [];
        return [.. counts.Where(static pair => pair.Value >= MinimumTexts)
            .Select(pair => (Word: pair.Key, Score: Score(pair.Value, total, otherCounts.GetValueOrDefault(pair.Key), otherTotal)))
            .Where(static term => term.Score >= MinimumScore)
            .OrderByDescending(static term => term.Score).ThenBy(static term => term.Word, StringComparer.Ordinal)
            .Take(maxTerms).Select(static term => term.Word)];
    }

    private static double Score(double count, int total, double otherCount, int otherTotal)
    {
        double all = total + otherTotal;
        var prior = PriorWeight * (count + otherCount) / all + MinimumPrior;
        var logOdds = Math.Log((count + prior) / (total + PriorWeight - count - prior))
            - Math.Log((otherCount + prior) / (otherTotal + PriorWeight - otherCount - prior));
        return logOdds / Math.Sqrt(1 / (count + prior) + 1 / (otherCount + prior));
    }

    /// <summary>Counts in how many texts each word occurs, and the sum of these counts.</summary>
    private static (Dictionary<string, int> Counts, int Total) CountTexts(IEnumerable<string> texts)
    {
        var (counts, total) = (new Dictionary<string, int>(StringComparer.Ordinal), 0);
        foreach (var word in texts.SelectMany(WordsOf))
        {
            counts[word] = counts.GetValueOrDefault(word) + 1;
            total++;
        }
        return (counts, total);
    }

    private static HashSet<string> WordsOf(string text)
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
