using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>
/// The one way from a record to the event it holds, or to the reason why it holds none. It never throws, whatever the record's bytes are.
/// </summary>
public static class EventReader
{
    /// <param name="now">Bounds the event's times where the log does not know when it received the record.</param>
    /// <returns>Null if <paramref name="value"/> is the event; else why it is not.</returns>
    public static RecordFault? Read<T>(LogRecord record, out T value, DateTimeOffset? now = null)
        where T : class
    {
        value = null!;
        if (RecordFault.OfDamage(record) is { } damage)
            return damage;
        if (record.Value is null)
            return RecordFault.InvalidEvent("no value");
        try
        {
            var read = Wire.Deserialize<T>(record.Value);
            if (EventValidator.Validate(read, record.ReceivedAt ?? now) is { } fault)
                return RecordFault.InvalidEvent($"{Named<T>()} with {fault}");
            value = read;
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(DeadLetterReasons.BadEvent, $"not {Named<T>()}", e);
        }
    }

    private static string Named<T>() => $"{(typeof(T).Name[0] is 'A' or 'E' or 'I' or 'O' or 'U' ? "an" : "a")} {typeof(T).Name}";
}
