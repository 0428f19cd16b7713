using StreamBert.Contracts;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Tests.Monitoring;

/// <summary>Builds the trends of windows that no detector has judged.</summary>
internal static class Trends
{
    public static IEnumerable<TrendUpdated> Of(WindowUpdate window, PipelineOptions pipeline) =>
        TrendBuilder.Build(window, pipeline, new Dictionary<SeriesKey, List<Expectation>>());
}
