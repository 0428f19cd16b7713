using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Training;

/// <summary>Events as records of the log and back.</summary>
internal static class Records
{
    /// <summary>Whether a record of the feedback topic is that event. A record without a type header, as annotation tools write it, is a verdict.</summary>
    public static bool IsEvent<T>(this LogRecord record) =>
        (record.Headers.TryGetValue(RecordHeaders.Type, out var type) ? Encoding.UTF8.GetString(type) : nameof(FeedbackReceived)) == typeof(T).Name;

    public static NewRecord Of<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        new(topic, Encoding.UTF8.GetBytes(key), Wire.Serialize(value), timestamp) { Headers = Wire.HeadersFor<T>() };
}
