namespace StreamBert.Contracts;

/// <summary>Compares the label counts of two versions.</summary>
public static class LabelShares
{
    /// <summary>
    /// Finds the label whose share differs most between two sets of counts; null if either is empty or no share differs.
    /// </summary>
    /// <returns>The label with its share before and after, of 1.</returns>
    public static (string Label, double Before, double After)? FindLargestShift(
        IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after)
    {
        double textsBefore = before.Values.Sum(), textsAfter = after.Values.Sum();
        if (textsBefore == 0 || textsAfter == 0)
            return null;
        var largest = before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(label => (
                label, Before: before.GetValueOrDefault(label) / textsBefore, After: after.GetValueOrDefault(label) / textsAfter))
            .MaxBy(static share => Math.Abs(share.After - share.Before));
        return largest.Before.Equals(largest.After) ? null : largest;
    }
}
