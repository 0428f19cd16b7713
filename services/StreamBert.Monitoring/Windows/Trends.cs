using StreamBert.Contracts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Windows;

/// <summary>From a closed or revised window to the trends it publishes.</summary>
public static class Trends
{
    /// <summary>
    /// One trend per series with texts; of an empty window one per head with count 0, so that silence shows. A revision publishes the
    /// changed series only.
    /// </summary>
    public static IEnumerable<TrendUpdated> Of(WindowClosed closed, PipelineOptions pipeline)
    {
        if (closed.IsRevision)
        {
            return closed.Revised.Select(series => Trend(
                new(pipeline.Name, series.Head, series.Segment),
                closed.Window,
                closed.Counts.Of(series.Head, series.Segment)));
        }

        if (closed.Counts.Series.Count == 0)
            return pipeline.Heads.Select(head => Trend(new(pipeline.Name, head, SeriesKey.All), closed.Window, new()));
        return closed.Counts.Series.InOrder().SelectMany(head => head.Value.InOrder()
            .Select(segment => Trend(new(pipeline.Name, head.Key, segment.Key), closed.Window, segment.Value)));
    }

    private static TrendUpdated Trend(SeriesKey series, TimeWindow window, SeriesCounts counts) => new()
    {
        Series = series,
        Window = window,
        Count = counts.Count,
        Labels = counts.Labels.InOrder().ToDictionary(),
        MeanConfidence = counts.MeanConfidence,
        Late = counts.Late,
        Revision = counts.Revision,
    };
}
