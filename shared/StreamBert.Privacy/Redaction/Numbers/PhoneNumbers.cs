using System.Collections.Frozen;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>
/// Detects telephone numbers: international numbers by calling code and length, national numbers by their form, and others by the words
/// around them. Plain digits without such a word are not detected: they may be an order number or an amount.
/// </summary>
internal static class PhoneNumbers
{
    private static readonly FrozenSet<string> Words = ContextWords.Set(
        "phone phones telephone tel mobile mob cell cellphone cellular fax whatsapp sms hotline handy mobil mobilnummer handynummer "
            + "telefon telefonnummer "
        + "telefono teléfono telefone telefoon téléphone téléphoner portable cellulare celular móvil movil telemóvel komórka numer "
        + "rückrufnummer callback landline helpline voicemail");

    private static readonly FrozenSet<string> Verbs = ContextWords.Set(
        "call text ring reach contact dial number nummer anrufen ruf rufen erreichen erreichbar appelez appeler joindre llámame llamar "
            + "llame chiamami chiamare chiama bel ligue");

    private static readonly FrozenSet<string> Objects = ContextWords.Set(
        "me us him her them back at on is it now please instead my mich uns mir unter moi nous au me nos al mi mij op ist under today "
            + "tomorrow later directly");

    private static readonly FrozenSet<string> OtherNumbers = ContextWords.Set(
        "order orders invoice ref reference ticket case tracking sku isin cusip sedol serial part model po parcel shipment batch lot "
            + "policy contract booking "
        + "bestellnummer bestellung rechnung auftrag commande facture pedido factura ordine fattura isbn issn ean upc gtin imei vin uuid "
        + "error code account konto "
        + "kontonummer transaction trade sequence offset timestamp port zip docket patent article row line page id customer kundennummer "
        + "confirmation request job "
        + "item product device hash commit build meter");

    private static readonly FrozenSet<string> Units = ContextWords.Set(
        "shares share units usd eur gbp chf jpy dollars euros pounds yen bytes kb mb gb million millions billion bn m k percent barrels "
            + "tonnes tons ounces contracts "
        + "people users customers records rows requests messages bitcoin btc options warrants bonds ms us ns");

    /// <summary>Calling code → the minimum and maximum number of digits after it.</summary>
    private static readonly FrozenDictionary<string, (int Least, int Most)> Codes = (
        "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9 43:7-13 44:9-10 45:8-8 46:7-9 "
            + "47:8-8 48:9-9 49:7-12 "
        + "51:8-9 52:10-10 53:6-8 54:10-11 55:10-11 56:9-9 57:10-10 58:10-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 "
        + "81:9-10 82:8-10 84:9-10 86:10-11 "
        + "90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10 212:9-9 213:8-9 216:8-8 218:8-9 220:7-7 221:9-9 225:10-10 233:9-9 "
        + "234:8-10 237:9-9 249:9-9 "
        + "251:9-9 254:9-9 255:9-9 256:9-9 260:9-9 263:9-9 350:8-8 351:9-9 352:6-11 353:7-9 354:7-9 355:8-9 356:8-8 357:8-8 358:6-12 "
        + "359:8-9 370:8-8 371:8-8 "
        + "372:7-8 373:8-8 374:8-8 375:9-9 376:6-9 377:8-9 380:9-9 381:8-9 382:8-8 383:8-8 385:8-9 386:8-8 387:8-8 389:8-8 420:9-9 "
        + "421:9-9 423:7-9 502:8-8 503:8-8 "
        + "504:8-8 505:8-8 506:8-8 507:7-8 591:8-8 593:8-9 595:9-9 598:8-8 852:8-8 853:8-8 855:8-9 880:8-10 886:8-9 960:7-7 961:7-8 "
        + "962:8-9 963:8-9 964:8-10 965:8-8 "
        + "966:8-9 968:8-8 971:8-9 972:8-9 973:8-8 974:8-8 976:8-8 977:8-10 992:9-9 994:9-9 995:9-9 996:9-9 998:9-9").Split(
            ' ').ToFrozenDictionary(
            static entry => entry[..entry.IndexOf(':')],
            static entry => entry[(entry.IndexOf(':') + 1)..].Split('-') is [var least, var most]
                ? (int.Parse(least), int.Parse(most))
                : default);

    /// <summary>Returns the certainty that a window after a plus is an international number; 0 if it is not.</summary>
    public static int International(in NumberWindow window) =>
        window.Digits.Length is >= 8 and <= 17 && !IsPiece(window) && HasCode(window.Digits, TrunkZero(window)) ? 88 : 0;

    /// <summary>Returns the certainty that a window without a plus is a telephone number; 0 if it is not.</summary>
    public static int Certainty(in NumberWindow window)
    {
        var text = window.Run.Text;
        if (window.Digits.Length is < 7 or > 15 || IsPiece(window) || window.HoldsDate() || IsAmount(window))
            return 0;
        if (ContextWords.Before(text, window.Start, OtherNumbers, most: 3))
            return 0;
        if (window.Groups > 1 && (IsNorthAmerican(window) || IsNational(window) || IsExited(window)))
            return 60;
        var isCalled = ContextWords.Before(text, window.Start, Words, most: 4) || ContextWords.Phrase(text, window.Start, Verbs, Objects)
            || (!window.IsThousands() && ContextWords.After(text, window.End, Words, most: 1));
        return isCalled && window.Groups <= 6 ? 50 : 0;
    }

    /// <summary>Tells whether closer separators than blanks make the window a part of a longer number.</summary>
    private static bool IsPiece(in NumberWindow window)
        => window.Run.Separator(window.First - 1) is '-' or '.' or '/' || window.Run.Separator(window.Last) is '-' or '.';

    private static bool IsAmount(in NumberWindow window)
    {
        var text = window.Run.Text;
        for (var at = window.Start - 1; at >= 0 && window.Start - at <= 3; at--)
        {
            if (text[at] is '$' or '€' or '£' or '¥' or '₹' or '#' or '@')
                return true;
        }

        return ContextWords.After(text, window.End, Units, most: 1)
            || (window.End < text.Length && text[window.End] is '%' or '€' or '$' or '£')
            || (window.End + 1 < text.Length && text[window.End] is ',' or '.' && char.IsAsciiDigit(text[window.End + 1])
                && window.Run.Separator(window.Last) == '\0')
            || (window.Start >= 2 && text[window.Start - 1] is ',' or '.' && char.IsAsciiDigit(text[window.Start - 2]));
    }

    /// <summary>
    /// Area code and exchange begin with 2 to 9; separated by more than blanks, or the area in parentheses, perhaps after a 1.
    /// </summary>
    private static bool IsNorthAmerican(in NumberWindow window)
    {
        var hasCode = window.Digits.Length == 11 && window.Digits[0] == '1' && window.Run.Length(window.First) == 1;
        var digits = hasCode ? window.Digits[1..] : window.Digits;
        var first = window.First + (hasCode ? 1 : 0);
        if (digits.Length != 10 || digits[0] < '2' || digits[3] < '2' || (digits[1] == '1' && digits[2] == '1') || window.Last - first != 2
            || window.Run.Length(first) != 3 || window.Run.Length(first + 1) != 3)
        {
            return false;
        }

        var separator = window.Run.Separator(first);
        return window.Run.Separator(first + 1) is '-' or '.' && separator is '-' or '.' or NumberRun.Mixed
            || IsParenthesised(window.Run, first);
    }

    private static bool IsParenthesised(NumberRun run, int group) =>
        run.Start(group) > 0 && run.Text[run.Start(group) - 1] == '(' && run.EndOf(group) < run.Text.Length
            && run.Text[run.EndOf(group)] == ')';

    /// <summary>
    /// Tells whether the window begins with a trunk zero, as in <c>030 1234567</c>, <c>01 23 45 67 89</c>, <c>(020) 7946
    /// 0958</c>.
    /// </summary>
    private static bool IsNational(in NumberWindow window)
    {
        var digits = window.Digits;
        if (window.Run.Separator(window.First - 1) == ' ' || digits[0] != '0' || digits[1] == '0' || digits.Length is < 9 or > 12
            || window.Groups > 5)
        {
            return false;
        }

        if (window.IsGrouped(2, 2, 2, 2, 2))
            return window.Separator is ' ' or '.' or '-';
        if (window.Run.Length(window.First) is < 2 or > 5 || window.Separator == '.')
            return false;
        for (var group = window.First + 1; group <= window.Last; group++)
        {
            if (window.Run.Length(group) is < 2 or > 8)
                return false;
        }

        return true;
    }

    /// <summary>Tells whether two zeros replace the plus.</summary>
    private static bool IsExited(in NumberWindow window) =>
        window.Digits.StartsWith("00") && window.Digits.Length >= 10
            && HasCode(window.Digits[2..], TrunkZero(window) is > 0 and var at ? at - 2 : 0);

    /// <summary>Finds among the digits a zero in parentheses, as in <c>+44 (0)20 7946 0958</c>; 0: there is none.</summary>
    private static int TrunkZero(in NumberWindow window)
    {
        var at = 0;
        for (var group = window.First; group < window.Last; group++)
        {
            if (at > 0 && window.Run.Digits(group) is "0" && IsParenthesised(window.Run, group))
                return at;
            at += window.Run.Length(group);
        }
        return 0;
    }

    private static bool HasCode(ReadOnlySpan<char> digits, int trunkZero)
    {
        var codes = Codes.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = 1; length <= 3; length++)
        {
            if (codes.TryGetValue(digits[..length], out var range))
            {
                return digits.Length - length - (trunkZero > 0 ? 1 : 0) is var rest && rest >= range.Least && rest <= range.Most
                    && (length != 1 || digits[0] != '1' || digits[1] >= '2');
            }
        }

        return false;
    }
}
