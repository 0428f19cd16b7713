namespace StreamBert.Monitoring.Counts;

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

    /// <summary>Returns the words with the highest scores, in descending order. Each occurs in at least two of the texts.</summary>
    public static IReadOnlyList<string> Find(IEnumerable<string> texts, IEnumerable<string> others, int maxTerms) =>
        Find(CountTexts(texts), CountTexts(others), maxTerms);

    /// <inheritdoc cref="Find(IEnumerable{string}, IEnumerable{string}, int)"/>
    public static IReadOnlyList<string> Find(TermCounts texts, TermCounts others, int maxTerms)
    {
        var (counts, total) = (texts.Texts, texts.Total);
        var (otherCounts, otherTotal) = (others.Texts, others.Total);
        if (total <= 0 || otherTotal <= 0)
            return [];
        return [.. counts.Where(static pair => pair.Value >= MinimumTexts)
            .Select(pair => (Word: pair.Key, Score: Score(pair.Value, total, otherCounts.GetValueOrDefault(pair.Key), otherTotal)))
            .Where(static term => term.Score >= MinimumScore)
            .OrderByDescending(static term => term.Score).ThenBy(static term => term.Word, StringComparer.Ordinal)
            .Take(maxTerms).Select(static term => term.Word)];
    }

    private static double Score(double count, double total, double otherCount, double otherTotal)
    {
        var all = total + otherTotal;
        var prior = PriorWeight * (count + otherCount) / all + MinimumPrior;
        var logOdds = Math.Log((count + prior) / (total + PriorWeight - count - prior))
            - Math.Log((otherCount + prior) / (otherTotal + PriorWeight - otherCount - prior));
        return logOdds / Math.Sqrt(1 / (count + prior) + 1 / (otherCount + prior));
    }

    private static TermCounts CountTexts(IEnumerable<string> texts)
    {
        var counts = new TermCounts();
        foreach (var text in texts)
            counts.Add(text);
        return counts;
    }
}
