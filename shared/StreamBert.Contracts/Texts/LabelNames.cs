using System.Globalization;

namespace StreamBert.Contracts;

/// <summary>Compares the names of labels: numbers are equal in any notation (<c>0.0</c>, <c>0</c>, <c>+0</c>).</summary>
public static class LabelNames
{
    /// <summary>Returns the known label with a name, else the one with the same number, else null.</summary>
    public static string? Find(IEnumerable<string> known, string name)
    {
        var labels = known as IReadOnlyCollection<string> ?? [.. known];
        if (labels.Contains(name)) return name;
        return ParseNumber(name) is { } number ? labels.FirstOrDefault(label => ParseNumber(label) == number) : null;
    }

    private static decimal? ParseNumber(string label) =>
        decimal.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
