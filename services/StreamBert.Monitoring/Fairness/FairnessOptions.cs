using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Configures how groups are compared. The attribute, the label and the allowed difference belong to the pipeline
/// (<c>Monitor:Fairness</c>).
/// </summary>
internal sealed class FairnessOptions
{
    /// <summary>Number of last windows whose rates are compared if every main group has enough texts in them. Default 6.</summary>
    [Range(1, 100_000)]
    public int MinimumWindows { get; set; } = 6;

    /// <summary>Maximum number of last windows whose rates are compared if groups are smaller. Default 60.</summary>
    [Range(1, 100_000)]
    public int MaximumWindows { get; set; } = 60;

    /// <summary>Minimum share of the texts for a main group, for which more windows are compared, as a share of 1. Default 0.05.</summary>
    [Range(0.0, 1.0)]
    public double MainGroupShare { get; set; } = 0.05;

    /// <summary>
    /// Difference that is tolerated, as a share of the rule's <c>MaxDifference</c>; the evidence must show a larger one. Default 0.5.
    /// </summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; set; } = 0.5;

    /// <summary>Number of consecutive breaches after which the alert fires. Default 2.</summary>
    [Range(1, 1000)]
    public int RaiseAfter { get; set; } = 2;

    /// <summary>
    /// Number of consecutive normal windows after which the alert is resolved; normal is below 0.7 of the rule's <c>MaxDifference</c>.
    /// Default 3.
    /// </summary>
    [Range(1, 1000)]
    public int ClearAfter { get; set; } = 3;
}
