using System.Collections.Frozen;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>
/// Detects national identity numbers of digits only, by their form and check digits: United States (SSN), Canada (SIN), Germany
/// (Steuer-ID), France (NIR), Netherlands (BSN), Belgium, Poland (PESEL), Sweden, Switzerland (AHV), Brazil (CPF), India (Aadhaar). Where
/// one number in ten or so would pass by chance, a word must say what it is.
/// </summary>
internal static class NationalIds
{
    private const int Sure = 92;
    private const int Likely = 70;

    private static readonly FrozenSet<string> Ssn = ContextWords.Set("ssn social itin");
    private static readonly FrozenSet<string> Sin = ContextWords.Set("sin social nas");
    private static readonly FrozenSet<string> Bsn = ContextWords.Set("bsn burgerservicenummer sofinummer");
    private static readonly FrozenSet<string> Steuer = ContextWords.Set(
        "steuer steueridentifikationsnummer steuernummer steuerid idnr identifikationsnummer tin tax");
    private static readonly FrozenSet<string> Pesel = ContextWords.Set("pesel");
    private static readonly FrozenSet<string> Cpf = ContextWords.Set("cpf");
    private static readonly FrozenSet<string> Aadhaar = ContextWords.Set("aadhaar aadhar uidai uid");
    private static readonly FrozenSet<string> Swedish = ContextWords.Set("personnummer");

    private static readonly FrozenSet<string> OtherNumbers = ContextWords.Set(
        "order invoice ref reference ticket case tracking sku serial part model po parcel shipment batch lot booking bestellnummer "
            + "commande pedido isbn ean error code");

    /// <summary>Returns the certainty that a window is an identity number; 0 if it is not.</summary>
    public static int Certainty(in NumberWindow window)
    {
        if (window.IsPiece)
            return 0;
        return window.Digits.Length switch
        {
            9 => OfNine(window),
            10 => IsPersonnummer(window) ? Likely : 0,
            11 => OfEleven(window),
            12 => IsAadhaar(window) ? Likely : 0,
            13 => IsAhv(window) ? Sure : 0,
            15 => IsNir(window) ? Sure : 0,
            _ => 0,
        };
    }

    private static int OfNine(in NumberWindow window)
    {
        var digits = window.Digits;
        var isSsn = digits[..3] is not ("000" or "666") && digits[0] != '9' && digits[3..5] is not "00" && digits[5..] is not "0000";
        if (isSsn && window.IsGrouped(3, 2, 4) && window.Separator == '-' && !Named(window, OtherNumbers))
            return Likely + 10;
        if (isSsn && (window.Groups == 1 || window.IsGrouped(3, 2, 4)) && Named(window, Ssn))
            return Likely;
        if (CheckDigits.Luhn(digits) && (window.Groups == 1 || window.IsGrouped(3, 3, 3)) && Named(window, Sin))
            return Likely;
        return CheckDigits.Weighted(digits, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0 && Named(window, Bsn) ? Likely : 0;
    }

    private static int OfEleven(in NumberWindow window)
    {
        var digits = window.Digits;
        if (IsCpf(digits) && ((window.IsGrouped(3, 3, 3, 2) && window.Run.Separator(window.Last - 1) == '-') || Named(window, Cpf)))
            return Likely + 10;
        if (IsBelgian(digits) && window.IsGrouped(2, 2, 2, 3, 2))
            return Likely + 10;
        if (IsSteuerId(digits) && (window.IsGrouped(2, 3, 3, 3) || Named(window, Steuer)))
            return Likely;
        return IsPesel(digits) && window.Groups == 1 && Named(window, Pesel) ? Likely : 0;
    }

    private static bool Named(in NumberWindow window, FrozenSet<string> words) =>
        // "… is my BSN"
        ContextWords.Before(window.Run.Text, window.Start, words) || ContextWords.After(window.Run.Text, window.End, words, most: 3);

    private static bool IsCpf(ReadOnlySpan<char> digits) =>
        digits.ContainsAnyExcept(digits[0])
        && CheckDigits.Weighted(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == digits[9] - '0'
        && CheckDigits.Weighted(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == digits[10] - '0';

    /// <summary>
    /// Tells whether exactly one of the first ten digits occurs two or three times, as the tax office issues the numbers.
    /// </summary>
    private static bool IsSteuerId(ReadOnlySpan<char> digits)
    {
        Span<int> counts = stackalloc int[10];
        counts.Clear();
        foreach (var digit in digits[..10])
            counts[digit - '0']++;
        var repeated = 0;
        foreach (var count in counts)
            repeated += count > 3 ? 2 : count > 1 ? 1 : 0;
        return digits[0] != '0' && repeated == 1 && CheckDigits.Mod11And10(digits);
    }

    /// <summary>The century is encoded in the month: 80 for the 1800s, 20 for the 2000s, and on.</summary>
    private static bool IsPesel(ReadOnlySpan<char> digits) =>
        IsDay((int.Parse(digits[2..4]) % 20), int.Parse(digits[4..6]))
        && CheckDigits.Weighted(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0;

    /// <summary>For persons born since 2000, the check is computed with a 2 before the nine digits.</summary>
    private static bool IsBelgian(ReadOnlySpan<char> digits)
    {
        var (body, check) = (long.Parse(digits[..9]), int.Parse(digits[9..]));
        return IsDay(int.Parse(digits[2..4]), int.Parse(digits[4..6]))
            && (97 - body % 97 == check || 97 - (2_000_000_000 + body) % 97 == check);
    }

    private static bool IsPersonnummer(in NumberWindow window)
    {
        var digits = window.Digits;
        return CheckDigits.Luhn(digits) && IsDay(int.Parse(digits[2..4]), int.Parse(digits[4..6]))
            && ((window.IsGrouped(6, 4) && window.Separator == '-' && !Named(window, OtherNumbers)) || Named(window, Swedish));
    }

    private static bool IsAadhaar(in NumberWindow window) =>
        window.Digits[0] >= '2' && CheckDigits.Verhoeff(window.Digits)
        && ((window.IsGrouped(4, 4, 4) && window.Separator is ' ' or '-' && !Named(window, OtherNumbers)) || Named(window, Aadhaar));

    private static bool IsAhv(in NumberWindow window) =>
        window.Digits.StartsWith("756") && (window.Groups == 1 || window.IsGrouped(3, 4, 4, 2))
        && CheckDigits.Weighted(window.Digits, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1) % 10 == 0;

    /// <summary>Sex, year, month (from 20 on where it is not known), department, commune, order, key.</summary>
    private static bool IsNir(in NumberWindow window)
    {
        var digits = window.Digits;
        return digits[0] is '1' or '2' && int.Parse(digits[3..5]) is (>= 1 and <= 12) or (>= 20 and <= 42) or (>= 50 and <= 99)
            && 97 - (long.Parse(digits[..13]) % 97) == int.Parse(digits[13..])
            && (window.Groups == 1 || window.IsGrouped(1, 2, 2, 2, 3, 3, 2) || window.IsGrouped(13, 2));
    }

    private static bool IsDay(int month, int day) => month is >= 1 and <= 12 && day is >= 1 and <= 31;
}
