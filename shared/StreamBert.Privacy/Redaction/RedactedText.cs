using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Privacy.Redaction;

/// <summary>Personal data in a text: its type and its position, in UTF-16 code units; <paramref name="End"/> is exclusive.</summary>
public sealed record RedactionSpan(string Type, int Start, int End);

/// <summary>A text whose personal data was replaced by placeholders.</summary>
/// <param name="Text">The text as it may be stored and shown.</param>
/// <param name="Spans">The replaced values, by positions in the original, in order and without overlaps.</param>
public sealed record RedactedText(string Text, IReadOnlyList<RedactionSpan> Spans)
{
    /// <summary>Replaces spans of a text by placeholders.</summary>
    /// <param name="original">The text.</param>
    /// <param name="spans">The spans to replace, in order and without overlaps.</param>
    public static RedactedText Of(string original, IReadOnlyList<RedactionSpan> spans)
    {
        if (spans.Count == 0)
            return new(original, spans);
        var text = new StringBuilder(original.Length);
        var at = 0;
        foreach (var span in spans)
        {
            text.Append(original, at, span.Start - at).Append(PersonalData.Placeholder(span.Type));
            at = span.End;
        }
        return new(text.Append(original, at, original.Length - at).ToString(), spans);
    }

    /// <summary>
    /// Maps a span of the original to a span of <see cref="Text"/>. A span that touches a replaced value includes its whole placeholder.
    /// </summary>
    public (int Start, int End) Map(int start, int end)
    {
        var (from, to, shift) = (start, end, 0);
        foreach (var span in Spans)
        {
            var placeholder = PersonalData.Placeholder(span.Type).Length;
            if (span.Start < end && span.End > start)
            {
                from = Math.Min(from, span.Start);
                to = Math.Max(to, span.End);
            }
            if (span.End <= from)
                shift += placeholder - (span.End - span.Start);
        }
        var inside = Spans.Where(span => span.Start >= from && span.End <= to)
            .Sum(static span => PersonalData.Placeholder(span.Type).Length - (span.End - span.Start));
        return (from + shift, to + shift + inside);
    }

    /// <summary>Maps a position in <see cref="Text"/>, outside of placeholders, to a position in the original.</summary>
    internal int Original(int place)
    {
        var shift = 0;
        foreach (var span in Spans)
        {
            var grown = PersonalData.Placeholder(span.Type).Length - (span.End - span.Start);
            if (span.End + shift + grown > place)
                break;
            shift += grown;
        }
        return place - shift;
    }
}
