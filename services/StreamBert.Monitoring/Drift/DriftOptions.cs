using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Drift;

/// <summary>Configures when the label mix or the confidence of a head has drifted from its reference.</summary>
internal sealed class DriftOptions
{
    /// <summary>
    /// Number of windows in the reference, without surges, from the beginning of the stream or of a new model version. The reference is
    /// complete once it also holds <see cref="ReferenceTexts"/>. Default 6.
    /// </summary>
    [Range(1, 100_000)]
    public int ReferenceWindows { get; set; } = 6;

    /// <summary>Minimum number of texts in the reference. Default 500.</summary>
    [Range(30, 10_000_000)]
    public int ReferenceTexts { get; set; } = 500;

    /// <summary>Number of last windows that are compared with the reference. Default 12.</summary>
    [Range(1, 10_000)]
    public int Windows { get; set; } = 12;

    /// <summary>Minimum number of texts in these windows. Default 300.</summary>
    [Range(30, 10_000_000)]
    public int MinimumTexts { get; set; } = 300;

    /// <summary>
    /// Minimum Jensen–Shannon distance of the label mix, in [0, 1] (base 2, corrected for the bias of small samples). Default 0.1: from
    /// 20/50/30 % to about 32/42/26 %.
    /// </summary>
    [Range(0.0, 1.0)]
    public double MinimumLabelDistance { get; set; } = 0.1;

    /// <summary>Minimum Kolmogorov–Smirnov distance of the confidence, in [0, 1]. Default 0.15.</summary>
    [Range(0.0, 1.0)]
    public double MinimumConfidenceDistance { get; set; } = 0.15;

    /// <summary>Number of consecutive breaches after which the alert fires; it exceeds the length of a short surge. Default 6.</summary>
    [Range(1, 1000)]
    public int RaiseAfter { get; set; } = 6;

    /// <summary>
    /// Number of consecutive normal windows after which the alert is resolved; normal is below 0.7 of the minimum distance. Default 4.
    /// </summary>
    [Range(1, 1000)]
    public int ClearAfter { get; set; } = 4;
}
