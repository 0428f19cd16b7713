using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Volume;

/// <summary>
/// The rate of the last minutes of a series, as decayed sums. The current run of nearly empty windows is left out until it ends by itself:
/// it may be a silence. It tells what to expect in an hour of the day that was never seen, because a rate changes gradually as a rule.
/// </summary>
internal sealed class RecentRate
{
    /// <summary>The half-life of the sums, in clusters and in windows: the longest of these and <see cref="HalfLife"/> counts.</summary>
    private const double HalfLifeClusters = 50, HalfLifeWindows = 2;

    /// <summary>The largest half-life in windows, of a series that has hardly any texts.</summary>
    private const double MaximumHalfLife = 10_000;

    /// <summary>A rate may change within four hours, or within this part of the time for which it is known.</summary>
    private const double ShareOfAge = 0.5;

    /// <summary>The ratio of a run to the longest of those that ended by themselves from which on it is unusual.</summary>
    private const double Margin = 1.5;

    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(10), DriftTime = TimeSpan.FromHours(4);

    /// <summary>The windows, their clusters, and the clusters of the rest of the pipeline in them.</summary>
    public RateSums Sums { get; set; } = new();

    /// <summary>The same of the current run, with the clusters that were to be expected.</summary>
    public RateSums Run { get; set; } = new();
    public double RunExpected { get; set; }

    /// <summary>The largest number of clusters that were to be expected of a run that ended by itself.</summary>
    public double LargestGap { get; set; }

    /// <summary>The number of windows that were added.</summary>
    public long Age { get; set; }

    /// <summary>The clusters per window.</summary>
    [JsonIgnore]
    public double Mean => Sums.Windows > 0 ? Sums.Clusters / Sums.Windows : 0;

    /// <summary>Returns the part of the rest of the pipeline that continues in a window: at most all.</summary>
    public double Continuing(double rest) => Sums.Rest > 0 ? Math.Min(1, rest * Sums.Windows / Sums.Rest) : 0;

    /// <summary>
    /// Returns the relative variance of the rate in the window after the current run: that of the sums, and a drift that grows with time.
    /// </summary>
    /// <param name="drift">The largest relative variance by drift.</param>
    /// <param name="window">The length of a window.</param>
    public double RelativeVariance(double drift, TimeSpan window)
    {
        var time = Math.Min(DriftTime / window, Math.Max(1, ShareOfAge * Age));
        return 1 / Math.Max(1, Sums.Clusters) + drift * Math.Min(1, (Run.Windows + 1) / time);
    }

    /// <summary>Returns whether a run is longer than all that ended by themselves: the texts may come in batches.</summary>
    public bool IsUnusual(double expected) => expected > LargestGap * Margin;

    /// <summary>Adds a window.</summary>
    /// <param name="window">The window.</param>
    /// <param name="rest">The clusters of the rest of the pipeline.</param>
    /// <param name="isOfRun">Whether it belongs to a run of nearly empty windows.</param>
    /// <param name="length">The length of a window.</param>
    public void Add(VolumeWindow window, double rest, bool isOfRun, TimeSpan length)
    {
        Age++;
        Run.Add(1, window.Clusters, rest);
        if (isOfRun)
        {
            RunExpected += window.Lower;
            return;
        }
        LargestGap = Math.Max(LargestGap, RunExpected);
        var halfLife = Math.Max(Math.Max(HalfLife / length, HalfLifeWindows), Mean > 0 ? HalfLifeClusters / Mean : MaximumHalfLife);
        Sums.Decay(Math.Pow(0.5, Run.Windows / Math.Min(halfLife, MaximumHalfLife)));
        Sums.Add(Run.Windows, Run.Clusters, Run.Rest);
        Discard();
    }

    /// <summary>Discards the current run: it was a silence.</summary>
    public void Discard() => (Run, RunExpected) = (new(), 0);
}

/// <summary>Sums over windows.</summary>
internal sealed class RateSums
{
    public double Windows { get; set; }
    public double Clusters { get; set; }
    public double Rest { get; set; }

    public void Add(double windows, double clusters, double rest) =>
        (Windows, Clusters, Rest) = (Windows + windows, Clusters + clusters, Rest + rest);

    public void Decay(double factor) => (Windows, Clusters, Rest) = (factor * Windows, factor * Clusters, factor * Rest);
}
