using System.Collections.Frozen;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>Detects payment cards (ISO/IEC 7812) by the prefix and length of a known scheme, and Luhn's check digit.</summary>
internal static class CardNumbers
{
    private static readonly FrozenSet<string> Words = ContextWords.Set(
        "card cards visa mastercard maestro amex discover diners jcb unionpay credit debit cc karte kreditkarte carte tarjeta carta "
            + "kaart cartão");

    /// <summary>Returns the certainty that a window is a card number; 0 if it is not.</summary>
    public static int Certainty(in NumberWindow window)
    {
        if (window.Digits.Length is < 13 or > 19 || window.IsPiece || !IsScheme(window.Digits) || !CheckDigits.Luhn(window.Digits))
            return 0;
        return IsUsualGrouping(window) || ContextWords.Before(window.Run.Text, window.Start, Words) ? 90 : 0;
    }

    private static bool IsUsualGrouping(in NumberWindow window) =>
        window.Groups == 1
        || (window.Separator != NumberRun.Mixed && (window.IsGrouped(4, 4, 4, 4) || window.IsGrouped(4, 6, 5) || window.IsGrouped(4, 6, 4)
            || window.IsGrouped(4, 4, 4, 1) || window.IsGrouped(4, 4, 4, 2) || window.IsGrouped(4, 4, 4, 4, 2) || window.IsGrouped(
                4,
                4,
                4,
                4,
                3)));

    private static bool IsScheme(ReadOnlySpan<char> digits)
    {
        var (length, four) = (digits.Length, int.Parse(digits[..4]));
        var two = four / 100;
        return four switch
        {
            >= 4000 and <= 4999 => length is 13 or 16 or 19, // Visa
            (>= 2221 and <= 2720) or (>= 5100 and <= 5599) => length == 16, // Mastercard
            (>= 3000 and <= 3059) or 3095 or (>= 3800 and <= 3999) or (>= 3600 and <= 3699) => length is 14 or 16, // Diners
            (>= 3528 and <= 3589) => length is >= 16 and <= 19, // JCB
            (>= 2200 and <= 2204) => length is >= 16 and <= 19, // Mir
            6011 or (>= 6440 and <= 6499) or (>= 6500 and <= 6599) => length is >= 16 and <= 19, // Discover, RuPay
            5018 or 5020 or 5038 or 5893 or 6304 or 6759 or (>= 6761 and <= 6763) => length is >= 13 and <= 19, // Maestro
            _ => two is 34 or 37 ? length == 15 : two == 62 && length is >= 16 and <= 19, // American Express, UnionPay
        };
    }
}
