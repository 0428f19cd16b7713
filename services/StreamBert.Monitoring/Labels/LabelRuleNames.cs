using StreamBert.Contracts;

namespace StreamBert.Monitoring.Labels;

/// <summary>Names what a label rule watches.</summary>
internal static class LabelRuleNames
{
    /// <summary>Whether the rule watches rises, or falls.</summary>
    public static bool Watches(this LabelRule rule, bool isAbove) =>
        rule.Direction == ChangeDirection.Both || (rule.Direction == ChangeDirection.Above) == isAbove;

    /// <summary>Whether the rule watches a segment: <c>all</c>, or one of its dimensions.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="dimensions">The keys of the dimensions that it watches; not regarded if it watches all.</param>
    /// <param name="segment">The segment.</param>
    public static bool Watches(this LabelRule rule, IReadOnlySet<string> dimensions, string segment) =>
        segment == SeriesKey.All || rule.Segments.Count == 0 || dimensions.Contains(DimensionOf(segment).ToString());

    /// <summary>Returns the key of the dimension of a segment; <c>all</c> for the whole pipeline.</summary>
    public static ReadOnlySpan<char> DimensionOf(string segment) =>
        segment.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? segment.AsSpan(0, end) : segment;
}
