using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Volume;

/// <summary>Configures when the number of texts is a surge or a silence.</summary>
internal sealed class VolumeOptions
{
    /// <summary>Minimum ratio of a surge to the expected number of texts. Default 2.</summary>
    [Range(1.0, 1000.0)]
    public double SurgeRatio { get; set; } = 2;

    /// <summary>Maximum ratio of a silence to the expected number of texts. Default 0.1.</summary>
    [Range(0.0, 1.0)]
    public double SilenceRatio { get; set; } = 0.1;

    /// <summary>Minimum expected number of texts per window for detecting a silence. Default 5.</summary>
    [Range(1.0, 1_000_000.0)]
    public double MinimumExpected { get; set; } = 5;

    /// <summary>Number of complete windows in the history before the first assessment. Default 6.</summary>
    [Range(2, 10_000)]
    public int HistoryWindows { get; set; } = 6;

    /// <summary>Half-life of the history, in windows. Default 60.</summary>
    [Range(1.0, 100_000.0)]
    public double HalfLife { get; set; } = 60;

    /// <summary>Minimum standard deviation of the rate itself, as a share of the expected number of texts. Default 0.15.</summary>
    [Range(0.01, 10.0)]
    public double MinimumVariation { get; set; } = 0.15;

    /// <summary>Number of consecutive breaches after which the alert fires. Default 2.</summary>
    [Range(1, 100)]
    public int RaiseAfter { get; set; } = 2;

    /// <summary>Number of consecutive normal windows after which the alert is resolved. Default 2.</summary>
    [Range(1, 100)]
    public int ClearAfter { get; set; } = 2;
}
