using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Display;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Gateway.Dashboard.Trends;

/// <summary>
/// Selects the labels of a chart: the watched one, and the most frequent others of similar size. On an axis that fits a label of 90 %, a
/// rare one would be a flat line.
/// </summary>
internal static class DrawnLabels
{
    private const int MaxLabels = 6;

    /// <summary>A label whose highest value is more than so many times that of the watched label is not drawn.</summary>
    private const double MaxRatio = 4;

    /// <summary>Counts all labels of the windows and returns those to draw, in the order of display.</summary>
    public static (IReadOnlyList<string> Labels, int Total) Of(IReadOnlyList<TrendUpdated> windows, ChartedLabel charted)
    {
        var counts = windows.SelectMany(static window => window.Labels).GroupBy(static pair => pair.Key)
            .Select(static pairs => KeyValuePair.Create(pairs.Key, pairs.Sum(static pair => pair.Value))).ToList();
        if (charted.Label is { } watched && counts.TrueForAll(pair => pair.Key != watched))
            counts.Add(new(watched, 0));
        var drawn = counts.Where(pair => pair.Key == charted.Label || IsComparable(pair.Key, windows, charted))
            .OrderByDescending(pair => pair.Key == charted.Label).ThenByDescending(static pair => pair.Value)
            .ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(MaxLabels);
        return ([.. LabelStyle.Sort(drawn)], counts.Count);
    }

    private static bool IsComparable(string label, IReadOnlyList<TrendUpdated> windows, ChartedLabel charted) =>
        charted.Label is not { } watched
        || windows.Max(window => LabelValue.Of(window, label, charted.Measure).Value)
            <= MaxRatio * windows.Max(window => LabelValue.Of(window, watched, charted.Measure).Highest);
}
