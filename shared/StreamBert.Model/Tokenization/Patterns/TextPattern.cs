namespace StreamBert.Model.Tokenization.Patterns;

/// <summary>A pattern that a normalizer or pre-tokenizer searches for in a text.</summary>
internal abstract class TextPattern
{
    /// <summary>Splits a text into matches and the segments between them, none empty.</summary>
    /// <param name="origin">Added to all positions.</param>
    public List<PatternSegment> Split(ReadOnlySpan<char> text, int origin)
    {
        var segments = new List<PatternSegment>();
        var last = 0;
        foreach (var (start, end) in FindMatches(text))
        {
            if (start > last) segments.Add(new PatternSegment(origin + last, origin + start, false));
            if (end > start) segments.Add(new PatternSegment(origin + start, origin + end, true));
            last = end;
        }

        if (last < text.Length) segments.Add(new PatternSegment(origin + last, origin + text.Length, false));
        return segments;
    }

    /// <summary>Returns the matches from left to right, without overlaps.</summary>
    protected abstract List<TokenSpan> FindMatches(ReadOnlySpan<char> text);
}
