namespace StreamBert.Privacy.Redaction;

/// <summary>
/// Detects e-mail addresses whose domain has at least two labels; also with <c>[at] </c> or <c>(at) </c> instead of the sign.
/// </summary>
internal static class EmailAddresses
{
    private const int LongestLocal = 64;
    private const int LongestDomain = 253;

    /// <summary>Finds the address around its sign, which is <paramref name="length"/> characters long; null if there is none.</summary>
    public static (int Start, int End)? Around(string text, int sign, int length)
    {
        var isSpelled = length > 1;
        var localEnd = isSpelled && sign > 0 && text[sign - 1] == ' ' ? sign - 1 : sign;
        var start = localEnd;
        while (start > 0 && localEnd - start < LongestLocal && IsLocal(text[start - 1]))
            start--;
        while (start < localEnd && text[start] is '.' or '-' or '\'')
            start++;
        var domain = sign + length;
        if (isSpelled && domain < text.Length && text[domain] == ' ')
            domain++;
        return start < localEnd && text[localEnd - 1] != '.' && DomainEnd(text, domain) is > 0 and var end ? (start, end) : null;
    }

    /// <summary>Returns the end of the longest domain that begins at a position; 0 if there is none.</summary>
    private static int DomainEnd(string text, int start)
    {
        var (end, label, labels) = (0, start, 0);
        for (var at = start; at <= text.Length && at - start <= LongestDomain; at++)
        {
            if (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '-'))
                continue;
            if (at == label || text[label] == '-' || text[at - 1] == '-')
                break;
            if (++labels > 1 && IsTopLevel(text.AsSpan(label, at - label)))
                end = at;
            if (at == text.Length || text[at] != '.')
                break;
            label = at + 1;
        }
        return end;
    }

    private static bool IsTopLevel(ReadOnlySpan<char> label)
    {
        if (label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase))
            return true;
        foreach (var c in label)
        {
            if (!char.IsLetter(c))
                return false;
        }

        return label.Length is >= 2 and <= 24;
    }

    private static bool IsLocal(char c) => char.IsLetterOrDigit(c) || c is '.' or '_' or '%' or '+' or '-' or '\'' or '~';
}
