namespace StreamBert.Gateway.Http.Requests;

/// <summary>Tells misspelt fields of a request from fields that only another program knows.</summary>
internal static class FieldNameSuggestion
{
    /// <summary>The known field that an unknown one was most likely meant to be; null if it is like none.</summary>
    /// <param name="known">Those that the object does not have, too: a field beside the right one is no misspelling of it.</param>
    public static string? Nearest(string unknown, IEnumerable<string> known) => known
        .Select(name => (Name: name, Distance: Distance(Plain(unknown), Plain(name))))
        .Where(static candidate => candidate.Distance <= Tolerance(candidate.Name))
        .OrderBy(static candidate => candidate.Distance).Select(static candidate => candidate.Name).FirstOrDefault();

    /// <summary>One slip in a short name, two in a longer one; none in a name of two letters, which everything is near to.</summary>
    private static int Tolerance(string name) => name.Length switch { < 3 => 0, < 6 => 1, _ => 2 };

    private static string Plain(string name)
        => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2) return int.MaxValue;
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
                distance[i, j] = i == 0 || j == 0 ? i + j : Step(distance, a, b, i, j);
        }

        return distance[a.Length, b.Length];
    }

    private static int Step(int[,] distance, string a, string b, int i, int j)
    {
        var changed = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var best = Math.Min(changed, 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
        return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(best, 1 + distance[i - 2, j - 2]) : best;
    }
}
