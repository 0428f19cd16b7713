namespace StreamBert.Contracts;

/// <summary>Tells misspelt field names from names of fields that only another program knows.</summary>
public static class FieldNameSuggestion
{
    /// <summary>Finds the known field that an unknown one most likely means.</summary>
    /// <param name="unknown">The unknown field.</param>
    /// <param name="missing">The known fields that the object does not have.</param>
    /// <returns>Null if it resembles none.</returns>
    public static string? Find(string unknown, IEnumerable<string> missing) => missing
        .Select(name => (Name: name, Distance: GetDistance(Normalize(unknown), Normalize(name))))
        .Where(static candidate => candidate.Distance <= GetTolerance(candidate.Name))
        .OrderBy(static candidate => candidate.Distance).Select(static candidate => candidate.Name).FirstOrDefault();

    /// <summary>
    /// Gets the edits allowed in a name: none in names of two letters, to which every name is close, one in short names, and two in
    /// others.
    /// </summary>
    private static int GetTolerance(string name) => name.Length switch { < 3 => 0, < 6 => 1, _ => 2 };

    private static string Normalize(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Counts insertions, deletions, substitutions and transpositions (optimal string alignment).</summary>
    private static int GetDistance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 2)
            return int.MaxValue;
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
                distance[i, j] = i == 0 || j == 0 ? i + j : GetStep(distance, a, b, i, j);
        }
        return distance[a.Length, b.Length];
    }

    private static int GetStep(int[,] distance, string a, string b, int i, int j)
    {
        var substituted = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        var best = Math.Min(substituted, 1 + Math.Min(distance[i - 1, j], distance[i, j - 1]));
        return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(best, 1 + distance[i - 2, j - 2]) : best;
    }
}
