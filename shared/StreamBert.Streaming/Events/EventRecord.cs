using System.Globalization;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Creates the records that hold StreamBert's events, and reads the headers of records.</summary>
public static class EventRecord
{
    /// <summary>Creates a record of an event, with its key in UTF-8 and the type header.</summary>
    public static NewRecord Create<T>(string topic, string key, T value, DateTimeOffset timestamp) =>
        Create(topic, Encoding.UTF8.GetBytes(key), value, timestamp);

    /// <summary>Creates a record of an event without a key.</summary>
    public static NewRecord Create<T>(string topic, T value, DateTimeOffset timestamp) => Create(topic, (byte[]?)null, value, timestamp);

    /// <summary>Creates a record of an event with the type header.</summary>
    public static NewRecord Create<T>(string topic, byte[]? key, T value, DateTimeOffset timestamp) =>
        new(topic, key, Wire.Serialize(value), timestamp) { Headers = HeadersFor<T>() };

    /// <summary>Returns the headers that every event carries: the name of its type.</summary>
    public static IReadOnlyDictionary<string, byte[]> HeadersFor<T>() => TypeHeaders<T>.Value;

    /// <summary>Returns the event type that a record names in its header, or null without that header.</summary>
    public static string? TypeOf(LogRecord record) => Header(record.Headers, RecordHeaders.Type);

    /// <summary>Tells whether the record is one of StreamBert's own and holds an event of type <typeparamref name="T"/>.</summary>
    public static bool Is<T>(LogRecord record) => Is<T>(record.Headers);

    /// <inheritdoc cref="Is{T}(LogRecord)"/>
    public static bool Is<T>(IReadOnlyDictionary<string, byte[]> headers) =>
        headers.TryGetValue(RecordHeaders.Type, out var type) && type.AsSpan().SequenceEqual(TypeHeaders<T>.Name);

    /// <summary>Returns a header as text, or null without it.</summary>
    public static string? Header(LogRecord record, string name) => Header(record.Headers, name);

    /// <inheritdoc cref="Header(LogRecord, string)"/>
    public static string? Header(IReadOnlyDictionary<string, byte[]> headers, string name) =>
        headers.TryGetValue(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Returns the time of the header <see cref="RecordHeaders.Deadline"/>, or null if there is no valid one.</summary>
    public static DateTimeOffset? DeadlineOf(LogRecord record) =>
        DateTimeOffset.TryParse(Header(record, RecordHeaders.Deadline), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var deadline)
            ? deadline : null;

    /// <summary>Writes a time for the header <see cref="RecordHeaders.Deadline"/>.</summary>
    public static byte[] FormatDeadline(DateTimeOffset deadline) =>
        Encoding.UTF8.GetBytes(deadline.ToString("O", CultureInfo.InvariantCulture));

    private static class TypeHeaders<T>
    {
        public static readonly byte[] Name = Encoding.UTF8.GetBytes(typeof(T).Name);
        public static readonly IReadOnlyDictionary<string, byte[]> Value = new Dictionary<string, byte[]> { [RecordHeaders.Type] = Name };
    }
}
