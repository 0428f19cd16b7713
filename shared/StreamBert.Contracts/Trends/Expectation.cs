namespace StreamBert.Contracts;

/// <summary>Holds what a baseline expects of a series in a window.</summary>
/// <param name="Label">The label whose share or count is expected; null for the number of texts.</param>
/// <param name="Value">The expected share (0 to 1), or number of stories or texts.</param>
/// <param name="Interval">The interval in which 95 % of the windows are without a change.</param>
public sealed record Expectation(string? Label, double Value, Interval Interval)
{
    /// <summary>Whether <see cref="Value"/> is a share or a count of the label; null for the number of texts.</summary>
    public LabelMeasure? Measure { get; init; }
}
