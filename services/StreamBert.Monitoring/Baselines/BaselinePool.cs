namespace StreamBert.Monitoring.Baselines;

/// <summary>What similar series share, such as the segments of a dimension: how well baselines predict, and how much counts vary.</summary>
internal sealed class BaselinePool
{
    public TierErrors Errors { get; set; } = new();
    public Dispersion Dispersion { get; set; } = new();

    /// <summary>The event time since the first window, in hours.</summary>
    public double Hours { get; set; }
}
