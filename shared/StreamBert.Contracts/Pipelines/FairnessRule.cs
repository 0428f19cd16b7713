using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>Configures a comparison of the rate of a label between the groups of an attribute.</summary>
public sealed record FairnessRule
{
    /// <summary>The attribute whose values are the groups.</summary>
    [Required]
    public required string Attribute { get; init; }

    /// <summary>The head. Default: <c>sentiment</c>.</summary>
    public string Head { get; set; } = "sentiment";

    /// <summary>The label. Default: <c>negative</c>.</summary>
    public string Label { get; set; } = "negative";

    /// <summary>The largest tolerated difference of rates, 0 to 1. Default: 0.1.</summary>
    [Range(0.0, 1.0)]
    public double MaxDifference { get; set; } = 0.1;

    /// <summary>
    /// The minimum number of conversations (distinct subjects or stories) of a group; below it the group has insufficient data and is not
    /// compared. Default: 100.
    /// </summary>
    [Range(10, 1_000_000)]
    public int MinimumCount { get; set; } = 100;

    /// <summary>The weight of the rule when the budget of false alarms is divided. Default: 1.</summary>
    [Range(0.01, 1000.0)]
    public double Weight { get; set; } = 1;

    /// <summary>Returns the name of the rule within its pipeline, such as <c>region/sentiment=negative</c>.</summary>
    public string Id() => $"{Attribute}/{Head}={Label}";
}
