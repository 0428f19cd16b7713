using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Surges;

/// <summary>Configures when a rise of the negative share is a surge.</summary>
internal sealed class NegativeSurgeOptions
{
    /// <summary>Minimum number of texts for an assessment; the last two windows together may supply them. Default 30.</summary>
    [Range(1, 100_000)]
    public int MinimumCount { get; set; } = 30;

    /// <summary>Minimum rise over the expected share, as a share of 1. Default 0.15.</summary>
    [Range(0.0, 1.0)]
    public double MinimumLift { get; set; } = 0.15;

    /// <summary>Minimum ratio of the share to the expected share. Default 1.5.</summary>
    [Range(1.0, 100.0)]
    public double MinimumRatio { get; set; } = 1.5;

    /// <summary>Number of windows with texts in the history of a series before it is assessed. Default 4.</summary>
    [Range(1, 10_000)]
    public int HistoryWindows { get; set; } = 4;

    /// <summary>Number of texts in the history of a series before it is assessed. Default 40.</summary>
    [Range(1, 1_000_000)]
    public int HistoryTexts { get; set; } = 40;

    /// <summary>Half-life of the history, in windows. Default 120.</summary>
    [Range(1.0, 100_000.0)]
    public double HalfLife { get; set; } = 120;

    /// <summary>Weight of the pipeline's mean in the expected share of a series, in texts. Default 20.</summary>
    [Range(0.0, 10_000.0)]
    public double Shrinkage { get; set; } = 20;

    /// <summary>
    /// Maximum weight of the expected share, in texts. It allows for the natural variation of the share: 200 means a standard deviation of
    /// about 3 points around 20 %. Default 200.
    /// </summary>
    [Range(10.0, 1_000_000.0)]
    public double MaximumWeight { get; set; } = 200;

    /// <summary>Number of consecutive breaches after which the alert fires. Default 2.</summary>
    [Range(1, 100)]
    public int RaiseAfter { get; set; } = 2;

    /// <summary>Number of consecutive normal windows after which the alert is resolved. Default 2.</summary>
    [Range(1, 100)]
    public int ClearAfter { get; set; } = 2;
}
