namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>
/// A run of digit groups with short separators: <c>+49 (0)30 1234-567</c> is one run of four groups. Detectors examine windows of it, a few
/// adjacent groups.
/// </summary>
internal sealed class NumberRun(string text)
{
    /// <summary>Mixed separators, such as <c>) </c> or <c> - </c>.</summary>
    public const char Mixed = 'm';

    private const int LongestSeparator = 3;
    private readonly List<(int Start, int End)> _groups = [];

    public string Text => text;
    public int Count => _groups.Count;
    public int End => _groups[^1].End;

    public int Start(int group) => _groups[group].Start;

    public int EndOf(int group) => _groups[group].End;

    public int Length(int group) => _groups[group].End - _groups[group].Start;

    public ReadOnlySpan<char> Digits(int group) => text.AsSpan(_groups[group].Start, Length(group));

    /// <summary>The separator between a group and the next one: a character, or <see cref="Mixed"/>; NUL after the last.</summary>
    public char Separator(int group) => group < 0 || group + 1 >= Count ? '\0'
        : Start(group + 1) - EndOf(group) == 1 ? text[EndOf(group)] : Mixed;

    /// <summary>Reads the run whose first digit is at a position.</summary>
    public void Read(int start)
    {
        _groups.Clear();
        for (var at = start; ;)
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            _groups.Add((at, end));
            at = end;
            while (at < text.Length && at - end < LongestSeparator && text[at] is ' ' or '-' or '.' or '/' or '(' or ')')
                at++;
            if (at == end || at >= text.Length || !char.IsAsciiDigit(text[at]))
                return;
        }
    }
}

/// <summary>A few groups of a run, examined as one number.</summary>
/// <param name="run">The run.</param>
/// <param name="first">The first group.</param>
/// <param name="last">The last group.</param>
/// <param name="digits">All digits of the window.</param>
internal readonly ref struct NumberWindow(NumberRun run, int first, int last, ReadOnlySpan<char> digits)
{
    private readonly ReadOnlySpan<char> _digits = digits;

    public NumberRun Run => run;
    public int First => first;
    public int Last => last;
    public ReadOnlySpan<char> Digits => _digits;
    public int Groups => last - first + 1;
    public int Start => run.Start(first);
    public int End => run.EndOf(last);

    /// <summary>
    /// The separator that all its groups have in common: NUL for one group, <see cref="NumberRun.Mixed"/> where they differ.
    /// </summary>
    public char Separator
    {
        get
        {
            if (Groups == 1)
                return '\0';
            var separator = run.Separator(first);
            for (var group = first + 1; group < last; group++)
            {
                if (run.Separator(group) != separator)
                    return NumberRun.Mixed;
            }

            return separator;
        }
    }

    /// <summary>Whether the separators of the neighbouring groups make it a part of a longer number.</summary>
    public bool IsPiece => run.Separator(first - 1) is '-' or '.' or '/' || run.Separator(last) is '-' or '.' or '/';

    /// <summary>Whether its groups have these lengths.</summary>
    public bool IsGrouped(params ReadOnlySpan<int> lengths)
    {
        if (lengths.Length != Groups)
            return false;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (run.Length(first + i) != lengths[i])
                return false;
        }

        return true;
    }

    /// <summary>Whether three neighbouring groups are a calendar date, such as 2024-11-24 or 24.11.2024.</summary>
    public bool HoldsDate()
    {
        for (var group = first; group + 2 <= last; group++)
        {
            if (IsDate(run.Digits(group), run.Digits(group + 1), run.Digits(group + 2)))
                return true;
        }

        return false;
    }

    /// <summary>Whether it may be an amount with thousands separators: a group of one to three digits, then groups of three.</summary>
    public bool IsThousands()
    {
        if (Groups < 2 || run.Length(first) > 3 || Separator is not (' ' or '.'))
            return false;
        for (var group = first + 1; group <= last; group++)
        {
            if (run.Length(group) != 3)
                return false;
        }

        return true;
    }

    private static bool IsDate(ReadOnlySpan<char> a, ReadOnlySpan<char> b, ReadOnlySpan<char> c) =>
        (a.Length == 4 && b.Length <= 2 && c.Length <= 2 && IsYear(a) && int.Parse(b) is >= 1 and <= 12 && int.Parse(c) is >= 1 and <= 31)
        || (c.Length == 4 && a.Length <= 2 && b.Length <= 2 && IsYear(c) && int.Parse(a) is >= 1 and <= 31
            && int.Parse(b) is >= 1 and <= 31);

    private static bool IsYear(ReadOnlySpan<char> digits) => digits.StartsWith("19") || digits.StartsWith("20");
}
