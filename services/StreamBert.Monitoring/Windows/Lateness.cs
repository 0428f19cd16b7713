namespace StreamBert.Monitoring.Windows;

/// <summary>
/// How late the late texts were: counts by the least usual setting of <c>Monitor:AllowedLateness</c> under which each would have been in
/// time.
/// </summary>
public sealed class LatenessCounts
{
    /// <summary>The usual settings; what is later than the last counts beyond it.</summary>
    private static readonly TimeSpan[] Settings =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(
            2), TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan
            .FromHours(6),
        TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7), TimeSpan.FromDays(31),
    ];

    public long[] Counts { get; set; } = new long[Settings.Length + 1];

    /// <param name="needed">The allowed lateness under which the text's window would still have been open.</param>
    public void Add(TimeSpan needed)
    {
        var at = Array.FindIndex(Settings, setting => setting > needed);
        Counts[at < 0 ? Settings.Length : at]++;
    }

    /// <summary>
    /// The least usual setting that admits 99 % of the late texts; null where there are none, or none of the settings does.
    /// </summary>
    public TimeSpan? Sufficient()
    {
        var (all, admitted) = (Counts.Sum(), 0L);
        for (var i = 0; all > 0 && i < Settings.Length; i++)
        {
            admitted += Counts[i];
            if (admitted >= 0.99 * all)
                return Settings[i];
        }
        return null;
    }
}
