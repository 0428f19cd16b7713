using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Drift;

/// <summary>When the label mix or the confidence of a head has drifted from its reference.</summary>
public sealed class DriftOptions
{
    /// <summary>
    /// Calm windows the reference is made of, from the stream's beginning or from the first window of a new model version; it is frozen
    /// once it also holds <see cref="ReferenceTexts"/>. Default 6.
    /// </summary>
    [Range(1, 100_000)] public int ReferenceWindows { get; set; } = 6;

    /// <summary>Texts the reference needs. Default 500.</summary>
    [Range(30, 10_000_000)] public int ReferenceTexts { get; set; } = 500;

    /// <summary>Last windows that are compared with the reference. Default 12.</summary>
    [Range(1, 10_000)] public int Windows { get; set; } = 12;

    /// <summary>Texts those windows need. Default 300.</summary>
    [Range(30, 10_000_000)] public int MinimumTexts { get; set; } = 300;

    /// <summary>
    /// Least Jensen–Shannon distance of the label mix, in [0, 1] (base 2, freed of the bias of small samples). Default 0.1: from 20/50/30 %
    /// to about 32/42/26 %.
    /// </summary>
    [Range(0.0, 1.0)] public double MinimumLabelDistance { get; set; } = 0.1;

    /// <summary>Least Kolmogorov–Smirnov distance of the confidence, in [0, 1]. Default 0.15.</summary>
    [Range(0.0, 1.0)] public double MinimumConfidenceDistance { get; set; } = 0.15;

    /// <summary>Breaches in a row that raise: long enough for a short surge to pass by. Default 6.</summary>
    [Range(1, 1000)] public int RaiseAfter { get; set; } = 6;

    /// <summary>Calm windows in a row that resolve; calm is under 0.7 of the least distance. Default 4.</summary>
    [Range(1, 1000)] public int ClearAfter { get; set; } = 4;
}
