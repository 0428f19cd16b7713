using System.Collections.Frozen;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>Detects IBANs (ISO 13616) by a country of the registry, its length and valid check digits (MOD 97-10).</summary>
internal static class Ibans
{
    private const int Longest = 34;

    private static readonly FrozenDictionary<string, int> Lengths = (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 "
            + "FO18 FR27 GB22 "
        + "GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 "
        + "ME22 MK19 MN20 "
        + "MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 "
        + "TL23 TN24 TR26 "
        + "UA29 VA22 VG24 XK20 YE30").Split(' ').ToFrozenDictionary(
            static entry => entry[..2],
            static entry => int.Parse(entry.AsSpan(2)),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns the end of the IBAN whose country code starts at a position; 0 if there is none.</summary>
    public static int End(string text, int start)
    {
        if (!Lengths.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.AsSpan(start, 2), out var length))
            return 0;
        Span<char> iban = stackalloc char[Longest];
        var (count, at) = (0, start);
        for (; count < length && at < text.Length; at++)
        {
            if (char.IsAsciiLetterOrDigit(text[at]))
                iban[count++] = text[at];
            else if (text[at] is not (' ' or '-') || at + 1 >= text.Length || !char.IsAsciiLetterOrDigit(text[at + 1]))
                return 0;
        }
        if (count < length || !TextCharacters.IsBoundary(text, at) || !char.IsAsciiDigit(iban[2]) || !char.IsAsciiDigit(iban[3]))
            return 0;
        return CheckDigits.Mod97(iban[..4], CheckDigits.Mod97(iban[4..length])) == 1 ? at : 0;
    }
}
