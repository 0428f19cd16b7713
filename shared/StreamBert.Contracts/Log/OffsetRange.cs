namespace StreamBert.Contracts;

/// <summary>Holds a half-open range of offsets.</summary>
/// <param name="From">The first offset.</param>
/// <param name="To">The offset after the last.</param>
public sealed record OffsetRange(long From, long To);
