namespace StreamBert.Privacy.Keys;

/// <summary>
/// Replaces a name (a subject, an id, an annotator) that may not be stored by its keyed digest, in letters only, so that nothing in it
/// resembles a number
/// of a person. The same name always has the same pseudonym, and a subject's key is found by either.
/// </summary>
internal static class Pseudonym
{
    private const string Prefix = "anon-";
    private const int DigestBytes = 32;
    private const int Length = 5 + (2 * DigestBytes);

    public static string Of(ReadOnlySpan<byte> digest)
    {
        Span<char> letters = stackalloc char[2 * DigestBytes];
        for (var at = 0; at < DigestBytes; at++)
            (letters[2 * at], letters[(2 * at) + 1]) = ((char)('a' + (digest[at] >> 4)), (char)('a' + (digest[at] & 15)));
        return $"{Prefix}{letters}";
    }

    public static bool Is(string name) => DigestOf(name) is not null;

    /// <returns>Null if the name is not a pseudonym.</returns>
    public static byte[]? DigestOf(string name)
    {
        if (name.Length != Length || !name.StartsWith(Prefix, StringComparison.Ordinal)
            || name.AsSpan(Prefix.Length).ContainsAnyExceptInRange('a', 'p'))
        {
            return null;
        }

        var digest = new byte[DigestBytes];
        for (var at = 0; at < DigestBytes; at++)
            digest[at] = (byte)(((name[Prefix.Length + (2 * at)] - 'a') << 4) | (name[Prefix.Length + (2 * at) + 1] - 'a'));
        return digest;
    }
}
