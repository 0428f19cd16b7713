using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Volume;

/// <summary>A series as it stands after a window.</summary>
/// <param name="State">Its state.</param>
/// <param name="Pool">What it shares with similar series.</param>
/// <param name="Window">The window.</param>
/// <param name="FullCycle">The age of a baseline that has seen all that recurs.</param>
internal sealed record JudgedSeries(VolumeSeries State, BaselinePool Pool, VolumeWindow Window, TimeSpan FullCycle)
{
    private const double Z = 1.96;

    /// <summary>The usual number of texts of a cluster.</summary>
    public double CopiesPerCluster => State.Clusters > 0 ? Math.Max(1, State.Texts / State.Clusters) : 1;

    /// <summary>The age of a baseline that has not seen a full week.</summary>
    public TimeSpan? BaselineAge => Pool.Hours < FullCycle.TotalHours ? TimeSpan.FromHours(Pool.Hours) : null;

    /// <summary>The window itself.</summary>
    public SpanEvidence Last => new(1, Window.Clusters, Window.Texts, Window.Mean ?? 0, 0, 0);

    /// <summary>The expected number of texts of the window, with the interval of 95 % of such windows.</summary>
    public Expectation? Expectation => field ??= Expect();

    private Expectation? Expect()
    {
        if (Window.Mean is not { } mean)
            return null;
        var (inflation, between) = Pool.Dispersion.At(0);
        var deviation = Math.Sqrt(State.Residuals.Factor() * (inflation * mean + between * mean * mean));
        var copies = CopiesPerCluster;
        return new(null, copies * mean, new(copies * Math.Max(0, mean - Z * deviation), copies * (mean + Z * deviation)));
    }
}
