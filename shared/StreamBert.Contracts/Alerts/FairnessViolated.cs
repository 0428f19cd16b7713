namespace StreamBert.Contracts;

/// <summary>Holds the evidence of a fairness alert: the rates of one label by group of an attribute.</summary>
public sealed record FairnessViolated
{
    /// <summary>The attribute.</summary>
    public required string Attribute { get; init; }

    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>The demographic-parity difference: the highest rate minus the lowest.</summary>
    public required double Difference { get; init; }

    /// <summary>The lowest rate divided by the highest; below 0.8 fails the four-fifths rule.</summary>
    public required double Ratio { get; init; }

    /// <summary>The interval of the difference.</summary>
    public required Interval DifferenceInterval { get; init; }

    /// <summary>The rates by group.</summary>
    public required IReadOnlyList<GroupRate> Groups { get; init; }
}
