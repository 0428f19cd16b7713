using System.ComponentModel.DataAnnotations;

namespace StreamBert.Contracts;

/// <summary>
/// Sends a copy of a prediction to the topic <c>routes.QUEUE</c> when head, label, confidence and
/// out-of-distribution score match. The first matching route applies.
/// </summary>
public sealed record RouteOptions
{
    /// <summary>The name of the queue.</summary>
    [Required]
    public required string Queue { get; init; }

    /// <summary>The head.</summary>
    [Required]
    public required string Head { get; init; }

    /// <summary>The labels that match. Default: any.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The minimum confidence, 0 to 1. Default: 0.</summary>
    [Range(0.0, 1.0)]
    public double MinConfidence { get; init; }

    /// <summary>The confidence below which the route matches, to send uncertain predictions to a person. Default: null, no limit.</summary>
    [Range(0.0, 1.0)]
    public double? BelowConfidence { get; init; }

    /// <summary>
    /// The out-of-distribution score from which the route matches, to send texts to a person that are unlike the training texts. Without a
    /// score the route does not match. Default: null, no limit.
    /// </summary>
    [Range(0.0, 1.0)]
    public double? MinOutOfDistribution { get; init; }
}
