using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Surges;

/// <summary>When a rise of the negative share is a surge.</summary>
public sealed class NegativeSurgeOptions
{
    /// <summary>Texts a judgement needs; the last two windows together may supply them. Default 30.</summary>
    [Range(1, 100_000)] public int MinimumCount { get; set; } = 30;

    /// <summary>Least rise over the expected share, in points of share. Default 0.15.</summary>
    [Range(0.0, 1.0)] public double MinimumLift { get; set; } = 0.15;

    /// <summary>Least multiple of the expected share. Default 1.5.</summary>
    [Range(1.0, 100.0)] public double MinimumRatio { get; set; } = 1.5;

    /// <summary>Windows with texts a series must have been seen before it is judged. Default 4.</summary>
    [Range(1, 10_000)] public int HistoryWindows { get; set; } = 4;

    /// <summary>Texts a series must have been seen before it is judged. Default 40.</summary>
    [Range(1, 1_000_000)] public int HistoryTexts { get; set; } = 40;

    /// <summary>Half-life of the history, in windows. Default 120.</summary>
    [Range(1.0, 100_000.0)] public double HalfLife { get; set; } = 120;

    /// <summary>Texts of the pipeline's mean mixed into a series' own history. Default 20.</summary>
    [Range(0.0, 10_000.0)] public double Shrinkage { get; set; } = 20;

    /// <summary>
    /// Greatest weight of the expected share, in texts. It leaves room for the share's own ups and downs: 200 means a standard deviation
    /// of about 3 points around 20 %. Default 200.
    /// </summary>
    [Range(10.0, 1_000_000.0)] public double MaximumWeight { get; set; } = 200;

    /// <summary>Breaches in a row that raise, and calm windows in a row that resolve. Default 2 and 2.</summary>
    [Range(1, 100)] public int RaiseAfter { get; set; } = 2;
    [Range(1, 100)] public int ClearAfter { get; set; } = 2;
}

/// <summary>When the number of texts is a surge or a silence.</summary>
public sealed class VolumeOptions
{
    /// <summary>A surge is at least this multiple of the expected number. Default 2.</summary>
    [Range(1.0, 1000.0)] public double SurgeRatio { get; set; } = 2;

    /// <summary>A silence is at most this share of the expected number. Default 0.1.</summary>
    [Range(0.0, 1.0)] public double SilenceRatio { get; set; } = 0.1;

    /// <summary>Least expected number of texts a window for a silence to be seen. Default 5.</summary>
    [Range(1.0, 1_000_000.0)] public double MinimumExpected { get; set; } = 5;

    /// <summary>Whole windows seen before the first judgement. Default 6.</summary>
    [Range(2, 10_000)] public int HistoryWindows { get; set; } = 6;

    /// <summary>Half-life of the history, in windows. Default 60.</summary>
    [Range(1.0, 100_000.0)] public double HalfLife { get; set; } = 60;

    /// <summary>Least standard deviation of the rate itself, as a share of the expected number. Default 0.15.</summary>
    [Range(0.01, 10.0)] public double MinimumVariation { get; set; } = 0.15;

    /// <summary>Breaches in a row that raise, and calm windows in a row that resolve. Default 2 and 2.</summary>
    [Range(1, 100)] public int RaiseAfter { get; set; } = 2;
    [Range(1, 100)] public int ClearAfter { get; set; } = 2;
}
