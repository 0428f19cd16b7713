using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A normalized text and the pieces of it that the model reads, none empty.</summary>
internal sealed record Pieces(NormalizedText Text, List<TokenSpan> Ranges);

/// <summary>A step that cuts pieces further, as the Rust <c>tokenizers</c> have it.</summary>
internal interface IPreTokenizer
{
    Pieces Apply(Pieces pieces);
}

/// <summary>What becomes of the stretches that a pattern matches; the names are those of <c>tokenizer.json</c>.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts at the matches of a pattern, or at what it does not match where inverted.</summary>
internal sealed class SplitPieces(TextPattern pattern, SplitBehavior behavior, bool inverted = false) : IPreTokenizer
{
    public Pieces Apply(Pieces pieces)
    {
        var ranges = new List<TokenSpan>();
        foreach (var (start, end) in pieces.Ranges)
        {
            var segments = pattern.Segments(pieces.Text.Text[start..end], start);
            if (inverted) segments = segments.ConvertAll(static segment => segment with { IsMatch = !segment.IsMatch });
            ranges.AddRange(Cut(segments));
        }

        return pieces with { Ranges = ranges };
    }

    private IEnumerable<TokenSpan> Cut(List<PatternSegment> segments) => behavior switch
    {
        SplitBehavior.Removed => segments.Where(static segment => !segment.IsMatch)
            .Select(static segment => new TokenSpan(segment.Start, segment.End)),
        SplitBehavior.Isolated => segments.Select(static segment => new TokenSpan(segment.Start, segment.End)),
        SplitBehavior.Contiguous => Merge(segments, static (before, segment) => before.IsMatch == segment.IsMatch),
        SplitBehavior.MergedWithPrevious => Merge(segments, static (before, segment) => segment.IsMatch && !before.IsMatch),
        _ => Merge(segments, static (before, segment) => before.IsMatch && !segment.IsMatch),
    };

    private static List<TokenSpan> Merge(List<PatternSegment> segments, Func<PatternSegment, PatternSegment, bool> joins)
    {
        var merged = new List<TokenSpan>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (i > 0 && joins(segments[i - 1], segments[i])) merged[^1] = merged[^1] with { End = segments[i].End };
            else merged.Add(new TokenSpan(segments[i].Start, segments[i].End));
        }

        return merged;
    }
}

/// <summary>Writes pieces as byte-level text, after splitting them as GPT-2 does where it is to.</summary>
internal sealed class ByteLevelPieces(bool addPrefixSpace, bool splits) : IPreTokenizer
{
    public Pieces Apply(Pieces pieces)
    {
        var (text, ranges) = (new NormalizedText(), new List<TokenSpan>());
        foreach (var (start, end) in pieces.Ranges)
        {
            var piece = new NormalizedText();
            if (addPrefixSpace && pieces.Text.Text[start] != ' ')
            {
                piece.Add(
                ' ',
                new TokenSpan(pieces.Text.StartOf(start), pieces.Text.StartOf(start)));
            }

            piece.Add(pieces.Text, start, end);
            foreach (var word in splits ? TextPattern.ByteLevelWords.Segments(piece.Text, 0) : [new PatternSegment(0, piece.Length, true)])
            {
                var first = text.Length;
                Write(piece, word, text);
                ranges.Add(new TokenSpan(first, text.Length));
            }
        }

        return new Pieces(text, ranges);
    }

    private static void Write(NormalizedText piece, PatternSegment word, NormalizedText into)
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int at = word.Start, length; at < word.End; at += length)
        {
            Rune.DecodeFromUtf16(piece.Text[at..], out var rune, out length);
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                into.Add(
                ByteLevel.Of(value),
                new TokenSpan(piece.StartOf(at), piece.EndOf(at)));
            }
        }
    }
}
