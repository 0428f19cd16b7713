using System.Globalization;

namespace StreamBert.Contracts;

/// <summary>Compares labels as people and programs write them: <c>0.0</c>, <c>0</c> and <c>+0</c> are one label.</summary>
public static class LabelNames
{
    /// <summary>The known label that a name means: the one of that name, else the one of the same number; null if there is none.</summary>
    public static string? Find(IEnumerable<string> known, string name)
    {
        var labels = known as IReadOnlyCollection<string> ?? [.. known];
        if (labels.Contains(name)) return name;
        return Number(name) is { } number ? labels.FirstOrDefault(label => Number(label) == number) : null;
    }

    private static decimal? Number(string label) =>
        decimal.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
