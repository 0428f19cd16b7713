using StreamBert.Model.Tokenization.Patterns;

namespace StreamBert.Model.Tokenization.PreTokenizers;

/// <summary>Splits pre-tokens at the matches of a pattern, or at the segments between them if inverted.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool isInverted = false) : IPreTokenizer
{
    public PreTokenizedText Split(PreTokenizedText text)
    {
        var ranges = new List<TokenSpan>();
        foreach (var (start, end) in text.Ranges)
        {
            var segments = pattern.Split(text.Text.Text[start..end], start);
            if (isInverted) segments = segments.ConvertAll(static segment => segment with { IsMatch = !segment.IsMatch });
            ranges.AddRange(ToRanges(segments));
        }

        return text with { Ranges = ranges };
    }

    private IEnumerable<TokenSpan> ToRanges(List<PatternSegment> segments) => behavior switch
    {
        SplitBehavior.Removed =>
            segments.Where(static segment => !segment.IsMatch).Select(static segment => new TokenSpan(segment.Start, segment.End)),
        SplitBehavior.Isolated => segments.Select(static segment => new TokenSpan(segment.Start, segment.End)),
        SplitBehavior.Contiguous => Merge(segments, static (previous, segment) => previous.IsMatch == segment.IsMatch),
        SplitBehavior.MergedWithPrevious => Merge(segments, static (previous, segment) => segment.IsMatch && !previous.IsMatch),
        _ => Merge(segments, static (previous, segment) => previous.IsMatch && !segment.IsMatch),
    };

    private static List<TokenSpan> Merge(List<PatternSegment> segments, Func<PatternSegment, PatternSegment, bool> isMerged)
    {
        var merged = new List<TokenSpan>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (i > 0 && isMerged(segments[i - 1], segments[i])) merged[^1] = merged[^1] with { End = segments[i].End };
            else merged.Add(new TokenSpan(segments[i].Start, segments[i].End));
        }

        return merged;
    }
}
