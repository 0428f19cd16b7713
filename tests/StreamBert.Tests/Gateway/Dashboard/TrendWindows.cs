using StreamBert.Contracts;
using StreamBert.Gateway.Dashboard.Session;

namespace StreamBert.Tests.Gateway.Dashboard;

/// <summary>Creates windows of one minute each.</summary>
internal static class TrendWindows
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static readonly ChartedLabel Negative = new("sentiment", "negative", LabelMeasure.Share);

    public static TrendUpdated Create(int minute, long negative, long neutral, string segment = SeriesKey.All, long positive = 0) => new()
    {
        Series = new("financial-news", "sentiment", segment),
        Window = new(Start.AddMinutes(minute), Start.AddMinutes(minute + 1)),
        Count = negative + neutral + positive,
        Labels = new Dictionary<string, long> { ["negative"] = negative, ["neutral"] = neutral, ["positive"] = positive },
        MeanConfidence = 0.8,
    };
}
