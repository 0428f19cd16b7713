using System.ComponentModel.DataAnnotations;

namespace StreamBert.Monitoring.Fairness;

/// <summary>
/// How groups are compared. What is compared, and from which difference on, is the pipeline's own (<c>Monitor:Fairness</c>).
/// </summary>
public sealed class FairnessOptions
{
    /// <summary>Last windows whose rates are compared, where every main group has enough texts in them. Default 6.</summary>
    [Range(1, 100_000)] public int MinimumWindows { get; set; } = 6;

    /// <summary>Last windows that are compared at most, where groups are smaller. Default 60.</summary>
    [Range(1, 100_000)] public int MaximumWindows { get; set; } = 60;

    /// <summary>
    /// Share of the attribute's texts from which a group is a main one, for whose sake more windows are compared. Default 0.05.
    /// </summary>
    [Range(0.0, 1.0)] public double MainGroup { get; set; } = 0.05;

    /// <summary>
    /// The difference, as a share of the rule's <c>MaxDifference</c>, that the evidence must rule out: groups may differ a little for good
    /// reasons. Default 0.5.
    /// </summary>
    [Range(0.0, 1.0)] public double Tolerance { get; set; } = 0.5;

    /// <summary>Breaches in a row that raise. Default 2.</summary>
    [Range(1, 1000)] public int RaiseAfter { get; set; } = 2;

    /// <summary>Calm windows in a row that resolve; calm is under 0.7 of the rule's <c>MaxDifference</c>. Default 3.</summary>
    [Range(1, 1000)] public int ClearAfter { get; set; } = 3;
}
