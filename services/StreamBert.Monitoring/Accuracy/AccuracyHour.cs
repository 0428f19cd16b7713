using StreamBert.Contracts;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>
/// Numbers the hours of event time in which the accuracy is estimated. With longer windows an hour is as long as a window.
/// </summary>
internal static class AccuracyHour
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Returns the length: an hour, or that of a longer window.</summary>
    public static TimeSpan LengthFor(PipelineOptions pipeline) => pipeline.Monitor.Window > Hour ? pipeline.Monitor.Window : Hour;

    /// <summary>Returns the number of the hour with a time.</summary>
    public static long Of(PipelineOptions pipeline, DateTimeOffset time) => time.UtcTicks / LengthFor(pipeline).Ticks;

    /// <summary>Returns the event time of an hour.</summary>
    public static TimeWindow WindowOf(PipelineOptions pipeline, long hour)
    {
        var length = LengthFor(pipeline);
        var start = new DateTimeOffset(hour * length.Ticks, TimeSpan.Zero);
        return new(start, start + length);
    }

    /// <summary>Returns how many hours make a day.</summary>
    public static int PerDay(PipelineOptions pipeline) => Math.Max(1, (int)(TimeSpan.FromDays(1) / LengthFor(pipeline)));
}
