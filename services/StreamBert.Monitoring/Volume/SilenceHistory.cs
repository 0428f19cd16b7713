namespace StreamBert.Monitoring.Volume;

/// <summary>
/// Remembers the silences of the last four weeks. If there were more than the budget of false alarms allows, the gaps of the source are
/// more irregular than any model of its counts, and a silence must be longer than the usual ones: so the budget holds for every source.
/// </summary>
internal sealed class SilenceHistory
{
    private const int MaximumSilences = 64;

    private static readonly TimeSpan Memory = TimeSpan.FromDays(28);

    /// <summary>The past silences, the oldest first.</summary>
    public List<PastSilence> Silences { get; set; } = [];

    /// <summary>Adds a silence that has ended.</summary>
    public void Add(DateTimeOffset end, TimeSpan length)
    {
        Silences.RemoveAll(silence => end - silence.End > Memory);
        if (Silences.Count == MaximumSilences)
            Silences.RemoveAt(0);
        Silences.Add(new() { End = end, Length = length });
    }

    /// <summary>Returns whether a silence of this length is rarer than one in the time for which a false alarm is acceptable.</summary>
    public bool IsUnusual(DateTimeOffset now, TimeSpan length, TimeSpan falseAlarmInterval)
    {
        var acceptable = Math.Max(1, (int)(Memory / falseAlarmInterval));
        return Silences.Count(silence => now - silence.End <= Memory && silence.Length >= length) <= acceptable;
    }
}

/// <summary>A silence that has ended.</summary>
internal sealed class PastSilence
{
    public DateTimeOffset End { get; set; }
    public TimeSpan Length { get; set; }
}
