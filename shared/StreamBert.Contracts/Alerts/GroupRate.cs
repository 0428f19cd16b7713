namespace StreamBert.Contracts;

/// <summary>Holds the rate of a label in one group.</summary>
/// <param name="Group">The value of the attribute.</param>
/// <param name="Count">The number of texts.</param>
/// <param name="Selected">The number of texts with the label.</param>
/// <param name="Rate">The rate, 0 to 1.</param>
/// <param name="Interval">The Wilson interval of the rate.</param>
/// <param name="Sufficient">Whether the group has enough texts to be compared.</param>
public sealed record GroupRate(string Group, long Count, long Selected, double Rate, Interval Interval, bool Sufficient)
{
    /// <summary>The number of distinct conversations or stories behind the texts: the interval counts each of them once.</summary>
    public long? Conversations { get; init; }
}
