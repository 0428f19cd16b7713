using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Datasets;

/// <summary>Determines the type of records of the feedback topic.</summary>
internal static class FeedbackRecord
{
    /// <summary>
    /// Returns whether a record is that event. A record without a type header, as annotation tools write it, is feedback.
    /// </summary>
    public static bool Is<T>(LogRecord record) =>
        EventRecord.Is<T>(record) || (typeof(T) == typeof(FeedbackReceived) && EventRecord.TypeOf(record) is null);
}
