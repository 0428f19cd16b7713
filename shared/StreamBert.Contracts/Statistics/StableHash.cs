namespace StreamBert.Contracts;

/// <summary>Hashes text to the same value in every run and process, unlike <see cref="string.GetHashCode()"/>.</summary>
public static class StableHash
{
    /// <summary>Computes FNV-1a with a final mixing step.</summary>
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
            hash = (hash ^ character) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}
