using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// Configures how groups are compared. The attribute, the label and the allowed difference belong to the pipeline
/// (<c>Monitor:Rules:Fairness</c>).
/// </summary>
internal sealed class FairnessOptions
{
    /// <summary>The event time over which rates are compared at most. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Horizon { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Minimum share of the conversations for a main group, for which a longer time is compared, as a share of 1. Default 0.05.
    /// </summary>
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
