using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Statistics.Sequential;

namespace StreamBert.Monitoring.Volume;

/// <summary>The checkpointed state of the volume of a pipeline and its segments.</summary>
internal sealed class VolumeState
{
    /// <summary>Dimension → what the volumes of its segments have in common; the whole pipeline apart.</summary>
    public Dictionary<string, BaselinePool> Pools { get; set; } = [];

    /// <summary>Segment → its volume.</summary>
    public Dictionary<string, VolumeSeries> Series { get; set; } = [];

    /// <summary>The end of the last window.</summary>
    public DateTimeOffset? Through { get; set; }
}

/// <summary>The state of one series.</summary>
internal sealed class VolumeSeries
{
    public SeasonalBaseline Baseline { get; set; } = new();

    /// <summary>The last windows at all scales: clusters, uncertainty of the expectation, expectation, texts.</summary>
    public ScaleSums Sums { get; set; } = new();
    public SpanResiduals Residuals { get; set; } = new();
    public SilenceRun Silence { get; set; } = new();
    public RecentRate Rate { get; set; } = new();
    public SilenceHistory PastSilences { get; set; } = new();
    public RecurringPauses Pauses { get; set; } = new();
    public SurgeModel Surge { get; set; } = new();

    /// <summary>The last windows, which late texts may revise, the oldest first.</summary>
    public List<VolumeWindow> Recent { get; set; } = [];

    /// <summary>The decayed numbers of texts and of clusters, whose ratio is the usual number of copies.</summary>
    public double Texts { get; set; }
    public double Clusters { get; set; }
}

/// <summary>A window as it was counted last, and what was expected of it.</summary>
internal sealed class VolumeWindow
{
    public long Index { get; set; }
    public double Texts { get; set; }
    public double Clusters { get; set; }
    public double Lower { get; set; }
    public double LowerDeviation { get; set; }

    /// <summary>
    /// <see cref="Lower"/> if the rate may have changed abruptly, because nothing shows what is usual at this hour; else 0.
    /// </summary>
    public double Unproven { get; set; }

    /// <summary>Whether this hour of the day was seen before.</summary>
    public bool IsSeen { get; set; }

    /// <summary>The expected number of clusters; null without a baseline.</summary>
    public double? Mean { get; set; }
}

/// <summary>The parameters for which the threshold of surges was last solved.</summary>
internal sealed class SurgeModel
{
    public double Mean { get; set; }
    public double Dispersion { get; set; }
    public double Autocorrelation { get; set; }

    /// <summary>Whether a surge fires.</summary>
    public bool IsFiring { get; set; }

    /// <summary>Whether the last window came near the threshold: it is learned with a small weight.</summary>
    public bool IsNear { get; set; }

    /// <summary>The age of the baseline at that time, in hours; 0 before.</summary>
    public double Hours { get; set; }
}
