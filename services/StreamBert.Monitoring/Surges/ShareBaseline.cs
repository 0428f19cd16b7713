using System.Text.Json.Serialization;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Surges;

/// <summary>The counts of a window: its texts, and those with the watched label.</summary>
internal sealed class ShareCount
{
    /// <summary>The end of the window.</summary>
    public DateTimeOffset End { get; set; }

    /// <summary>The number of texts with the watched label.</summary>
    public long Selected { get; set; }
    public long Total { get; set; }
}

/// <summary>
/// The history of a share: exponentially decayed sums over past windows. The last windows are held back before they are learned, so that
/// the first windows of a surge, before it is detected, never become part of the baseline.
/// </summary>
internal sealed class ShareBaseline
{
    /// <summary>The number of windows that are held back.</summary>
    private const int HoldBackWindows = 2;

    /// <summary>A history with fewer texts is empty.</summary>
    private const double EmptyHistory = 0.5;

    public double Selected { get; set; }
    public double Total { get; set; }

    /// <summary>The number of windows with texts that were learned.</summary>
    public int Windows { get; set; }

    /// <summary>The last windows, which have not been learned yet.</summary>
    public List<ShareCount> HeldBack { get; set; } = [];

    /// <summary>Whether the series has had no texts for so long that its history has decayed to nothing.</summary>
    [JsonIgnore]
    public bool IsEmpty => Total < EmptyHistory && HeldBack.All(static window => window.Total == 0);

    [JsonIgnore]
    public double? Share => Total > 0 ? Selected / Total : null;

    /// <summary>Adds the counts of a closed window. While an alert is active, neither they nor the held-back windows are learned.</summary>
    public void Update(ShareCount window, bool isAlertActive, double halfLife)
    {
        if (isAlertActive)
            HeldBack.Clear();
        HeldBack.Add(window);
        if (HeldBack.Count <= HoldBackWindows)
            return;
        Learn(HeldBack[0], Math.Pow(0.5, 1 / halfLife));
        HeldBack.RemoveAt(0);
    }

    /// <summary>
    /// Returns the expected share and the probability of at least so many selected texts under the history shrunk to
    /// <paramref name="mean"/>: the tail of a beta-binomial whose weight is the size of the history, capped, so that a series with a short
    /// history needs stronger evidence.
    /// </summary>
    public (double Expected, double PValue) Test(long selected, long total, double mean, NegativeSurgeOptions options)
    {
        var expected = Math.Clamp((Selected + options.Shrinkage * mean) / (Total + options.Shrinkage), 0.005, 0.995);
        var weight = Math.Min(Total + options.Shrinkage, options.MaximumWeight);
        return (expected, TailProbability.BetaBinomialUpper(selected, total, weight * expected, weight * (1 - expected)));
    }

    /// <summary>Replaces the counts of a window that late texts have revised, if the window has not been learned yet.</summary>
    public void Revise(ShareCount window)
    {
        if (HeldBack.FindIndex(held => held.End == window.End) is >= 0 and var index)
            HeldBack[index] = window;
    }

    public void Reset()
    {
        (Selected, Total, Windows) = (0, 0, 0);
        HeldBack.Clear();
    }

    private void Learn(ShareCount window, double decay)
    {
        Selected = Selected * decay + window.Selected;
        Total = Total * decay + window.Total;
        if (window.Total > 0)
            Windows++;
    }
}
