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
    /// <param name="window">The window.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="expected">Series → what its baselines expected in the window.</param>
    public static IEnumerable<TrendUpdated> Build(
        WindowUpdate window, PipelineOptions pipeline, IReadOnlyDictionary<SeriesKey, List<Expectation>> expected)
    {
        foreach (var (series, counts) in SeriesOf(window, pipeline))
        {
            yield return new()
            {
                Series = series,
                Window = window.Window,
                Count = counts.Count,
                Labels = InOrder(counts.Labels),
                Stories = counts.Clusters,
                Expected = expected.GetValueOrDefault(series) ?? [],
                MeanConfidence = counts.MeanConfidence,
                Late = counts.Late,
                Revision = counts.Revision,
            };
        }
    }

    /// <summary>Returns the labels ordered by name.</summary>
    private static Dictionary<string, long> InOrder(Dictionary<string, long> labels)
    {
        if (labels.Count <= 1)
            return new(labels);
        KeyValuePair<string, long>[] pairs = [.. labels];
        Array.Sort(pairs, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return new(pairs);
    }

    private static IEnumerable<(SeriesKey Series, SeriesCounts Counts)> SeriesOf(WindowUpdate window, PipelineOptions pipeline)
    {
        var (counts, name) = (window.Counts, pipeline.Name);
        if (window is WindowRevised revised)
        {
            return revised.Series.Select(series =>
                (new SeriesKey(name, series.Head, series.Segment), counts.GetOrAdd(series.Head, series.Segment)));
        }
        if (counts.Series.Count == 0)
            return pipeline.Heads.Select(head => (new SeriesKey(name, head, SeriesKey.All), new SeriesCounts()));
        return counts.Series.OrderedByKey().SelectMany(head => head.Value.OrderedByKey()
            .Select(segment => (new SeriesKey(name, head.Key, segment.Key), segment.Value)));
    }
}
