using StreamBert.Contracts;

namespace StreamBert.Training.Rollout;

/// <summary>What a trial has measured so far.</summary>
/// <param name="Failures">The number of texts on which the candidate failed.</param>
/// <param name="ChampionTexts">The number of texts that the champion answered.</param>
/// <param name="Slowdown">The candidate's time for a text relative to the champion's; null if it is not measured.</param>
internal sealed record TrialFigures(
    long Failures, long ChampionTexts, double? Slowdown, IReadOnlyList<RolloutComparison> Heads)
{
    /// <summary>Joins the label counts of both versions by pipeline and head.</summary>
    /// <param name="agreed">Returns the number of texts with the same label; null where the versions answer different texts.</param>
    public static IReadOnlyList<RolloutComparison> Join(
        IReadOnlyDictionary<(string Pipeline, string Head), ClusteredCounts> candidate,
        IReadOnlyDictionary<(string Pipeline, string Head), ClusteredCounts> champion, Func<(string, string), long?> agreed) =>
    [
        .. candidate.Keys.Union(champion.Keys).OrderBy(static key => key.Pipeline, StringComparer.Ordinal)
            .ThenBy(static key => key.Head, StringComparer.Ordinal).Select(key => new RolloutComparison
        {
            Pipeline = key.Pipeline,
            Head = key.Head,
            Agreed = agreed(key),
            Champion = CountsOf(champion.GetValueOrDefault(key)),
            Candidate = CountsOf(candidate.GetValueOrDefault(key)),
        }),
    ];

    private static Dictionary<string, long> CountsOf(ClusteredCounts? counts) =>
        counts?.Labels.Order(StringComparer.Ordinal).ToDictionary(static label => label, label => (long)counts.Count(label)) ?? [];
}
