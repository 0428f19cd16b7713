using StreamBert.Contracts;
using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;

namespace StreamBert.Monitoring.Windows;

/// <summary>Builds the trends of a closed or revised window.</summary>
internal static class TrendBuilder
{
    /// <summary>
    /// Returns one trend per series with texts. An empty window gives one trend per head with count 0, so that a silence is visible. A
    /// revised window gives the changed series only.
    /// </summary>
    public static IEnumerable<TrendUpdated> Build(WindowUpdate window, PipelineOptions pipeline)
    {
        var (counts, name) = (window.Counts, pipeline.Name);
        if (window is WindowRevised revised)
        {
            return revised.Series.Select(series =>
                Build(new(name, series.Head, series.Segment), window.Window, counts.GetOrAdd(series.Head, series.Segment)));
        }
        if (counts.Series.Count == 0)
            return pipeline.Heads.Select(head => Build(new(name, head, SeriesKey.All), window.Window, new()));
        return counts.Series.OrderedByKey().SelectMany(head => head.Value.OrderedByKey()
            .Select(segment => Build(new(name, head.Key, segment.Key), window.Window, segment.Value)));
    }

    private static TrendUpdated Build(SeriesKey series, TimeWindow window, SeriesCounts counts) => new()
    {
        Series = series,
        Window = window,
        Count = counts.Count,
        Labels = counts.Labels.OrderedByKey().ToDictionary(),
        MeanConfidence = counts.MeanConfidence,
        Late = counts.Late,
        Revision = counts.Revision,
    };
}
