using StreamBert.Contracts;

namespace StreamBert.Monitoring.Labels;

/// <summary>Compares a series with the fixed limit of a rule.</summary>
/// <param name="rule">The rule.</param>
/// <param name="limit">The limit: a share, or a count in the window of the rule.</param>
internal sealed class FixedLimit(LabelRule rule, double limit)
{
    /// <summary>
    /// Returns the time that is compared with the limit: the window of the rule; for a share, the shortest one from there on that has
    /// enough clusters, else the longest.
    /// </summary>
    public JudgedSpan SpanOf(LabelSeries series, int firstScale, bool isAbove)
    {
        var span = series.SpanAt(firstScale);
        for (var scale = firstScale + 1; IsShare && !IsSufficient(span, isAbove) && scale <= series.Spans.Levels; scale++)
            span = series.SpanAt(scale);
        return span;
    }

    /// <summary>
    /// Whether a time can be compared with the limit: a share in enough clusters, or in so many that enough would have the label at the
    /// limit; a count below a limit, in a window that was observed from its beginning.
    /// </summary>
    public bool IsSufficient(in JudgedSpan span, bool isAbove) => IsShare
        ? (isAbove ? Math.Max(span.Sums.Amount, limit * span.Sums.Size) : span.Sums.Size) >= rule.MinimumCount - SpanTest.Rounding
        : isAbove || span.IsComplete;

    /// <summary>Whether a share or a count has reached the limit.</summary>
    public bool IsReached(in SpanSums sums, bool isAbove)
    {
        var amount = limit * (IsShare ? sums.Size : 1);
        return isAbove ? sums.Amount > 0 && sums.Amount >= amount - SpanTest.Rounding : sums.Amount <= amount + SpanTest.Rounding;
    }

    private bool IsShare => rule.Measure == LabelMeasure.Share;
}
