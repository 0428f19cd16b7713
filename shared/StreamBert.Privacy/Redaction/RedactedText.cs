using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Privacy.Redaction;

/// <summary>Personal data in a text: its type and its place, in UTF-16 code units; <paramref name="End"/> is exclusive.</summary>
public sealed record RedactionSpan(string Type, int Start, int End);

/// <summary>A text whose personal data gave way to placeholders.</summary>
/// <param name="Text">The text as it may be stored and shown.</param>
/// <param name="Spans">What was replaced, by places in the original, in order and without overlaps.</param>
public sealed record RedactedText(string Text, IReadOnlyList<RedactionSpan> Spans)
{
    /// <param name="spans">In order, without overlaps.</param>
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
    /// A place in the original as a place in <see cref="Text"/>. What touches a replaced value grows to the whole placeholder.
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

    /// <summary>A place in <see cref="Text"/>, outside of its placeholders, as a place in the original.</summary>
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
