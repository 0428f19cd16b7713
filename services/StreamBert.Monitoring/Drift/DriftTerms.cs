using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Drift;

/// <summary>Finds the words that are more frequent in the last hours than in the last-good week.</summary>
internal static class DriftTerms
{
    private const int MaxTerms = 10;

    public static List<string> Of(DriftState state, IEnumerable<HourProfile> hours)
    {
        var recent = new TermCounts();
        foreach (var hour in hours)
            recent.Add(hour.Terms);
        return [.. SalientTerms.Find(recent, state.Terms, MaxTerms)];
    }
}
