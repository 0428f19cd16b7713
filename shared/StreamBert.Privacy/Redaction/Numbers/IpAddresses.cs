using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;

namespace StreamBert.Privacy.Redaction.Numbers;

/// <summary>
/// Detects IP addresses of both versions. Four small numbers with dots are a version number more often than an address, and need a word
/// that indicates an address.
/// </summary>
internal static class IpAddresses
{
    private const int LongestV6 = 45;

    private static readonly FrozenSet<string> Words = ContextWords.Set(
        "ip ips ipv host hosts hostname address addr server client ping gateway dns from login peer remote src dst source destination "
            + "connect connection "
        + "connected subnet proxy vpn firewall router adresse dirección indirizzo blocked banned http https ssh tcp udp");

    private static readonly FrozenSet<string> VersionWords = ContextWords.Set(
        "ver version versions versión release build firmware update upgrade patch sdk kernel driver section edition chapter paragraph "
            + "clause oid "
        + "oracle chrome firefox java windows ios android package nuget npm");

    /// <summary>Returns the certainty that four groups are an IPv4 address; 0 if they are not.</summary>
    public static int Certainty(in NumberWindow window)
    {
        var run = window.Run;
        if (window.Groups != 4 || window.Separator != '.' || run.Separator(window.First - 1) is '.' or '/' || !EndsAt(window))
            return 0;
        var largest = 0;
        for (var group = window.First; group <= window.Last; group++)
        {
            var digits = run.Digits(group);
            if (digits.Length > 3 || (digits.Length > 1 && digits[0] == '0') || int.Parse(digits) is var octet && octet > 255)
                return 0;
            largest = Math.Max(largest, int.Parse(digits));
        }
        if (ContextWords.Before(run.Text, window.Start, VersionWords, most: 2))
            return 0;
        var isPlain = largest >= 32 || run.Digits(window.First) is "10";
        return isPlain || ContextWords.Before(run.Text, window.Start, Words) || HasPort(run, window.Last) ? 85 : 0;
    }

    /// <summary>Finds the IPv6 address around a position.</summary>
    /// <param name="examined">The end of the range that was examined, whether it is an address or not.</param>
    public static (int Start, int End)? V6(string text, int place, out int examined)
    {
        var (start, end) = (place, place);
        while (start > 0 && place - start < LongestV6 && IsPart(text[start - 1]))
            start--;
        while (end < text.Length && end - start <= LongestV6 && IsPart(text[end]))
            end++;
        examined = end;
        while (end > start && text[end - 1] is '.' || (end - 1 > start && text[end - 1] == ':' && text[end - 2] != ':'))
            end--;
        var candidate = text.AsSpan(start, end - start);
        if (candidate.Length > LongestV6 || candidate.Count(':') < 2 || !TextCharacters.IsBoundary(text, start - 1)
            || !TextCharacters.IsBoundary(text, end))
        {
            return null;
        }

        return IsTelling(candidate) && IPAddress.TryParse(candidate, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6 ? (start, end) : null;
    }

    /// <summary>
    /// A shortened address needs a first group of some length and two groups, or IPv4 at its end: <c>a::b</c> and <c>::1</c> are
    /// programming and loopback.
    /// </summary>
    private static bool IsTelling(ReadOnlySpan<char> candidate)
    {
        if (!candidate.Contains("::", StringComparison.Ordinal))
            return true;
        var first = candidate.IndexOf(':');
        return (first >= 3 && candidate.Length > first + 2) || candidate.Contains('.');
    }

    private static bool IsPart(char c) => char.IsAsciiHexDigit(c) || c is ':' or '.';

    /// <summary>The number may be followed by a network's length (<c>/24</c>) or a range, not with more octets.</summary>
    private static bool EndsAt(in NumberWindow window)
    {
        var run = window.Run;
        return run.Separator(window.Last) switch
        {
            '.' => false,
            '/' => run.Length(window.Last + 1) <= 2,
            _ => true,
        };
    }

    private static bool HasPort(NumberRun run, int last) =>
        run.EndOf(last) + 1 < run.Text.Length && run.Text[run.EndOf(last)] is ':' or '/'
            && char.IsAsciiDigit(run.Text[run.EndOf(last) + 1]);
}
