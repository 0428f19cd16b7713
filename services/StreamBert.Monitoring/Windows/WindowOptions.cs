using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// Configures what event-time windows count. The length and the lateness of windows belong to the pipeline (<c>Monitor:Window</c>,
/// <c>Monitor:AllowedLateness</c>).
/// </summary>
internal sealed class WindowOptions
{
    /// <summary>Number of closed windows that a late text can still revise. Default 4; an older text is counted as too late.</summary>
    [Range(0, 100)]
    public int RevisableWindows { get; set; } = 4;

    /// <summary>
    /// Largest time by which windows stay open beyond the allowed lateness, because more than 1 % of the texts come that late: from polled
    /// sources, or because other producers' clocks are ahead. Default 15 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaximumHoldBack { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Number of empty windows of a gap that are closed and assessed one by one; of a longer gap only the last one follows, with which the
    /// whole gap is assessed. A live stream without texts closes each window in its time. Default 30.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxEmptyWindows { get; set; } = 30;

    /// <summary>
    /// Number of segments that each pipeline tracks individually in each dimension: the most frequently used ones. The texts of the other
    /// segments count together as <c>(other)</c>. Default 200.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxSegments { get; set; } = 200;

    /// <summary>Number of groups that each fairness rule compares: the most frequently used ones. Default 32.</summary>
    [Range(2, 1000)]
    public int MaxGroups { get; set; } = 32;

    /// <summary>
    /// Number of labels that each head counts individually; others count together as <c>(other labels)</c>. Default 1,000.
    /// </summary>
    [Range(2, 100_000)]
    public int MaxLabels { get; set; } = 1000;

    /// <summary>Number of stories sampled per window and segment as examples for alerts. Default 5.</summary>
    [Range(1, 100)]
    public int SamplesPerSegment { get; set; } = 5;

    /// <summary>Number of stories sampled per window in a pipeline without segments. Default 60.</summary>
    [Range(1, 1000)]
    public int SamplesPerWindow { get; set; } = 60;

    /// <summary>
    /// Number of distinct combinations of a cluster (story or subject) with labels and segments that each window records. With more, the
    /// numbers of clusters are estimated from a sample of them. Default 10,000.
    /// </summary>
    [Range(100, 10_000_000)]
    public int MaxClusters { get; set; } = 10_000;

    /// <summary>Number of embeddings sampled per window, for drift of meaning; each hour keeps at most 100. Default 32.</summary>
    [Range(0, 1000)]
    public int EmbeddingsPerWindow { get; set; } = 32;

    /// <summary>Number of entities that each pipeline tracks individually. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxEntities { get; set; } = 100;

    /// <summary>
    /// Number of texts that must mention an entity before it is tracked individually. In a full table it then replaces the least frequently
    /// mentioned one, if the window mentions it more often. Default 3.
    /// </summary>
    [Range(1, 10_000)]
    public int MinimumEntityMentions { get; set; } = 3;
}
