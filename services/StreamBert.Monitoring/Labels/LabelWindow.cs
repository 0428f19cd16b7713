using StreamBert.Contracts;
using StreamBert.Monitoring.Baselines;
using StreamBert.Monitoring.Counts;

namespace StreamBert.Monitoring.Labels;

/// <summary>A window in which the series of a rule are judged.</summary>
/// <param name="Window">The window.</param>
/// <param name="Index">Its index: the number of windows since the beginning of time.</param>
/// <param name="Slot">Its hour of the week.</param>
internal sealed record LabelWindow(TimeWindow Window, long Index, WeekSlot Slot)
{
    /// <summary>Whether the stream began within the window.</summary>
    public bool IsPartial { get; init; }

    public static LabelWindow Of(TimeWindow window, WeekCalendar calendar) =>
        new(window, window.Start.UtcTicks / (window.End - window.Start).Ticks, calendar.SlotOf(window.Start));
}

/// <summary>The counts of a label in a series and a window.</summary>
/// <param name="Texts">The number of texts, and of those with the label.</param>
/// <param name="Clusters">The number of stories and subjects, and of those with the label.</param>
internal readonly record struct LabelCounts((long All, long Selected) Texts, (double All, double Selected) Clusters)
{
    public static LabelCounts Of(SeriesCounts? counts, string label)
    {
        if (counts is null)
            return default;
        return new(
            (counts.Count, counts.Labels.GetValueOrDefault(label)), (counts.Clusters, counts.ClusterLabels.GetValueOrDefault(label)));
    }
}
