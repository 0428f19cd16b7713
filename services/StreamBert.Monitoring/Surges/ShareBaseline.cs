using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Surges;

/// <summary>Texts of a window, and how many of them were negative.</summary>
public sealed class ShareCount
{
    /// <summary>End of the window.</summary>
    public DateTimeOffset End { get; set; }
    public long Positive { get; set; }
    public long Total { get; set; }
}

/// <summary>
/// The history of a share: exponentially forgetting sums over past windows. The last windows wait before they are learnt, so that the
/// first windows of a surge, in which it is not yet known as one, never become part of what is normal.
/// </summary>
public sealed class ShareBaseline
{
    /// <summary>Windows that wait.</summary>
    private const int Guard = 2;

    public double Positive { get; set; }
    public double Total { get; set; }

    /// <summary>Windows with texts that were learnt.</summary>
    public int Windows { get; set; }
    public List<ShareCount> Waiting { get; set; } = [];

    /// <summary>So long without texts that nothing is left of them.</summary>
    public bool HasFaded => Total < 0.5 && Waiting.All(static window => window.Total == 0);

    public double? Share => Total > 0 ? Positive / Total : null;

    /// <summary>Takes the counts of a closed window. Under an alarm they, and those that wait, are never learnt.</summary>
    public void Update(ShareCount window, bool underAlarm, double halfLife)
    {
        if (underAlarm)
            Waiting.Clear();
        Waiting.Add(window);
        if (Waiting.Count <= Guard)
            return;
        Learn(Waiting[0], Math.Pow(0.5, 1 / halfLife));
        Waiting.RemoveAt(0);
    }

    /// <summary>
    /// P(at least this many of n) under the history shrunk to <paramref name="mean"/>: the tail of a beta-binomial whose weight is the
    /// history's own size, capped, so that a young series is judged leniently.
    /// </summary>
    public (double Expected, double PValue) Judge(long positive, long total, double mean, NegativeSurgeOptions options)
    {
        var expected = Math.Clamp((Positive + options.Shrinkage * mean) / (Total + options.Shrinkage), 0.005, 0.995);
        var weight = Math.Min(Total + options.Shrinkage, options.MaximumWeight);
        return (expected, Tails.BetaBinomialUpper(positive, total, weight * expected, weight * (1 - expected)));
    }

    /// <summary>Late texts have changed a window: if it still waits, it will be learnt as it is now.</summary>
    public void Revise(ShareCount window)
    {
        if (Waiting.FindIndex(waiting => waiting.End == window.End) is >= 0 and var at)
            Waiting[at] = window;
    }

    public void Reset()
    {
        (Positive, Total, Windows) = (0, 0, 0);
        Waiting.Clear();
    }

    private void Learn(ShareCount window, double keep)
    {
        Positive = Positive * keep + window.Positive;
        Total = Total * keep + window.Total;
        if (window.Total > 0)
            Windows++;
    }
}
