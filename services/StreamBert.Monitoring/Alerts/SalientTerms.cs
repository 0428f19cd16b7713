namespace StreamBert.Monitoring.Alerts;

/// <summary>
/// Words over-represented in some texts against others: the log-odds ratio with a Dirichlet prior from both, in standard errors
/// (Monroe, Colaresi and Quinn 2008, "Fightin' Words"). Words as common there as here score near zero, so no stop list is needed.
/// </summary>
public static class SalientTerms
{
    private const double LeastScore = 1.2;
    private const double PriorWeight = 50;

    /// <summary>The most telling words, best first; each stands in at least two of the texts.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> texts, IEnumerable<string> others, int most)
    {
        var here = Documents(texts, out var nHere);
        var there = Documents(others, out var nThere);
        if (nHere == 0 || nThere == 0)
            return [];
        double Score(string word)
        {
            double x = here[word], y = there.GetValueOrDefault(word), all = nHere + nThere;
            var prior = PriorWeight * (x + y) / all + 0.01;
            var logOdds = Math.Log((x + prior) / (nHere + PriorWeight - x - prior))
                - Math.Log((y + prior) / (nThere + PriorWeight - y - prior));
            return logOdds / Math.Sqrt(1 / (x + prior) + 1 / (y + prior));
        }
        return [.. here.Where(static pair => pair.Value >= 2).Select(pair => (Word: pair.Key, Score: Score(pair.Key)))
            .Where(static term => term.Score >= LeastScore)
            .OrderByDescending(static term => term.Score).ThenBy(static term => term.Word, StringComparer.Ordinal)
            .Take(most).Select(static term => term.Word)];
    }

    /// <summary>In how many of the texts each word stands.</summary>
    private static Dictionary<string, int> Documents(IEnumerable<string> texts, out int words)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        words = 0;
        foreach (var text in texts)
        {
            foreach (var word in WordsOf(text))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
                words++;
            }
        }
        return counts;
    }

    private static HashSet<string> WordsOf(string text)
    {
        HashSet<string> words = [];
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            var inside = i < text.Length && (char.IsLetter(text[i]) || (start >= 0 && text[i] is '\'' or '-'));
            if (inside && start < 0)
                start = i;
            if (inside || start < 0)
                continue;
            if (i - start >= 3)
                words.Add(text[start..i].ToLowerInvariant().TrimEnd('\'', '-'));
            start = -1;
        }
        return words;
    }
}
