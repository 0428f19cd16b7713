namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>
/// Detects national identity numbers with letters: Spain (DNI, NIE), United Kingdom (NINO), Italy (codice fiscale), China.
/// </summary>
internal static class LetteredIds
{
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
    private const string OddValues = "1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23";
    private static readonly int[] Odd = [.. OddValues.Split(' ').Select(int.Parse)];
    private static readonly int[] ChineseWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Returns the end of the number that begins at a position, with a letter or a digit; 0 if there is none.</summary>
    public static int End(string text, int start) => char.IsAsciiDigit(text[start])
        ? Spanish(text, start, null) is > 0 and var spanish ? spanish : Chinese(text, start)
        : "XYZxyz".Contains(text[start]) && Spanish(
            text,
            start + 1,
            (char)('0' + "XYZ".IndexOf(char.ToUpperInvariant(text[start])))) is > 0 and var foreigner ? foreigner
        : British(text, start) is > 0 and var british ? british : Italian(text, start);

    /// <param name="leading">The digit that the letter of a foreigner's number encodes.</param>
    private static int Spanish(string text, int start, char? leading)
    {
        if (leading is not null && start < text.Length && text[start] == '-')
            start++;
        var count = leading is null ? 8 : 7;
        if (!AreDigits(text, start, count))
            return 0;
        var at = start + count;
        if (at < text.Length && text[at] is '-' or ' ')
            at++;
        if (at >= text.Length || !char.IsAsciiLetter(text[at]) || !TextCharacters.IsBoundary(text, at + 1))
            return 0;
        // A letter after a blank is a word of its own ("a") more often than a check letter, unless it is a capital.
        if (text[at - 1] == ' ' && !char.IsAsciiLetterUpper(text[at]))
            return 0;
        var number = int.Parse($"{leading}{text.AsSpan(start, count)}");
        return SpanishLetters[number % 23] == char.ToUpperInvariant(text[at]) ? at + 1 : 0;
    }

    /// <summary>Two letters, three times two digits, a letter from A to D; blanks between them or not.</summary>
    private static int British(string text, int start)
    {
        Span<char> nino = stackalloc char[9];
        var (count, at) = (0, start);
        for (; count < nino.Length && at < text.Length; at++)
        {
            if (char.IsAsciiLetterOrDigit(text[at]))
                nino[count++] = char.ToUpperInvariant(text[at]);
            else if (text[at] is not (' ' or '-') || count is not (2 or 4 or 6 or 8))
                return 0;
        }
        if (count < nino.Length || !TextCharacters.IsBoundary(text, at) || nino[2..8].ContainsAnyExceptInRange('0', '9'))
            return 0;
        return "ABCEGHJKLMNOPRSTWXYZ".Contains(nino[0]) && "ABCEGHJKLMNPRSTWXYZ".Contains(nino[1]) && nino[8] is >= 'A' and <= 'D'
            && nino[..2] is not ("BG" or "GB" or "KN" or "NK" or "NT" or "TN" or "ZZ") ? at : 0;
    }

    /// <summary>
    /// Sixteen letters and digits in fixed places, the last one a check; where two would have the same code, letters stand for digits.
    /// </summary>
    private static int Italian(string text, int start)
    {
        const int Length = 16;
        const string Form = "LLLLLLDDMDDLDDDL";
        if (start + Length > text.Length || !TextCharacters.IsBoundary(text, start + Length))
            return 0;
        var sum = 0;
        for (var i = 0; i < Length; i++)
        {
            var c = char.ToUpperInvariant(text[start + i]);
            var fits = Form[i] switch
            {
                'L' => char.IsAsciiLetterUpper(c),
                'M' => "ABCDEHLMPRST".Contains(c),
                _ => char.IsAsciiDigit(c) || "LMNPQRSTUV".Contains(c),
            };
            if (!fits)
                return 0;
            var value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            if (i < Length - 1)
                sum += i % 2 == 0 ? Odd[value] : value >= 10 ? value - 10 : value;
            else if (sum % 26 != c - 'A')
                return 0;
        }
        return start + Length;
    }

    /// <summary>Region, date of birth, order and a check by MOD 11-2, which may be X.</summary>
    private static int Chinese(string text, int start)
    {
        if (!AreDigits(text, start, 17) || start + 17 >= text.Length || !TextCharacters.IsBoundary(text, start + 18))
            return 0;
        var digits = text.AsSpan(start, 17);
        var isBorn = digits[6..8] is "19" or "20" && int.Parse(digits[10..12]) is >= 1 and <= 12
            && int.Parse(digits[12..14]) is >= 1 and <= 31;
        return isBorn && "10X98765432"[CheckDigits.Weighted(digits, ChineseWeights) % 11] == char.ToUpperInvariant(text[start + 17])
            ? start + 18
            : 0;
    }

    private static bool AreDigits(string text, int start, int count) =>
        start + count <= text.Length && !text.AsSpan(start, count).ContainsAnyExceptInRange('0', '9');
}
