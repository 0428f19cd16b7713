using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>From a closed or corrected window to the trends it publishes.</summary>
public static class Trends
{
    /// <summary>
    /// One trend per series with texts; of an empty window one per head with count 0, so that silence shows. A correction publishes the
    /// changed series only, with the next revision.
    /// </summary>
    public static IEnumerable<TrendUpdated> Of(WindowClosed closed, PipelineOptions pipeline)
    {
        if (closed.Counts.Series.Count == 0)
            return pipeline.Heads.Select(head => Trend(new(pipeline.Name, head, SeriesKey.All), closed.Window, new()));
        return closed.Counts.Series.SelectMany(head => head.Value
            .Where(segment => !closed.Correction || segment.Value.Dirty)
            .Select(segment => Publish(new(pipeline.Name, head.Key, segment.Key), closed, segment.Value))).ToList();
    }

    private static TrendUpdated Publish(SeriesKey series, WindowClosed closed, SeriesCounts counts)
    {
        if (closed.Correction)
            counts.Revision++;
        counts.Dirty = false;
        return Trend(series, closed.Window, counts);
    }

    private static TrendUpdated Trend(SeriesKey series, TimeWindow window, SeriesCounts counts) => new()
    {
        Series = series,
        Window = window,
        Count = counts.Count,
        Labels = new Dictionary<string, long>(counts.Labels),
        MeanConfidence = counts.MeanConfidence,
        Late = counts.Late,
        Revision = counts.Revision,
    };
}
