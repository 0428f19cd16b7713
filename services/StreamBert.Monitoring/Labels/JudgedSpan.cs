namespace StreamBert.Monitoring.Labels;

/// <summary>A time of a series that is judged: a span, or the hopping window of a rule.</summary>
/// <param name="Sums">Its sums.</param>
/// <param name="LaterHalf">The sums of its later half.</param>
/// <param name="Scale">The scale whose dispersion it has.</param>
/// <param name="Windows">Its number of windows.</param>
/// <param name="End">The index after its last window.</param>
internal readonly record struct JudgedSpan(SpanSums Sums, SpanSums LaterHalf, int Scale, long Windows, long End)
{
    /// <summary>Whether the stream was observed in all of its windows.</summary>
    public required bool IsComplete { get; init; }
}
