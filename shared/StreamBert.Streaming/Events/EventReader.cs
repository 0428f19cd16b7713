using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Reads the event of a record, or the reason why there is none. It never throws because of the record's bytes.</summary>
public static class EventReader
{
    /// <summary>Reads the event of a record; returns the fault of an invalid record, or null.</summary>
    /// <param name="record">The record.</param>
    /// <param name="value">The event, if there is no fault.</param>
    /// <param name="now">The upper bound of the event's times, if the log does not know when it received the record.</param>
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
                return RecordFault.InvalidEvent($"{NameOf<T>()} with {fault}");
            value = read;
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(DeadLetterReasons.BadEvent, $"not {NameOf<T>()}", e);
        }
    }

    private static string NameOf<T>() =>
        $"{(typeof(T).Name[0] is 'A' or 'E' or 'I' or 'O' or 'U' ? "an" : "a")} {typeof(T).Name}";
}
