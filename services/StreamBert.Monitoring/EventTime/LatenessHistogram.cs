namespace StreamBert.Monitoring.EventTime;

/// <summary>Counts late texts by the smallest usual value of <c>Monitor:AllowedLateness</c> that would have admitted them.</summary>
internal sealed class LatenessHistogram
{
    /// <summary>The share of late texts that a sufficient setting admits.</summary>
    private const double SufficientShare = 0.99;

    /// <summary>The usual settings; the last bucket counts the texts that exceed all of them.</summary>
    private static readonly TimeSpan[] UpperBounds =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7),
        TimeSpan.FromDays(31),
    ];

    public long[] Counts { get; set; } = new long[UpperBounds.Length + 1];

    /// <summary>Counts a late text.</summary>
    /// <param name="lateness">The allowed lateness with which the window of the text would still have been open.</param>
    public void Add(TimeSpan lateness)
    {
        var bucket = Array.FindIndex(UpperBounds, bound => bound > lateness);
        Counts[bucket < 0 ? UpperBounds.Length : bucket]++;
    }

    /// <summary>Returns the smallest usual setting that admits 99 % of the late texts; null if none does or none is late.</summary>
    public TimeSpan? SufficientLateness()
    {
        var (total, admitted) = (Counts.Sum(), 0L);
        for (var bucket = 0; total > 0 && bucket < UpperBounds.Length; bucket++)
        {
            admitted += Counts[bucket];
            if (admitted >= SufficientShare * total)
                return UpperBounds[bucket];
        }
        return null;
    }
}
