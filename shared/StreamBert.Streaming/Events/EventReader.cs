using System.Text;
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
        if (Damage(record) is { } damage)
            return damage;
        if (record.Value is null)
            return Bad("no value");
        try
        {
            var read = Wire.Deserialize<T>(record.Value);
            if (EventRules.Fault(read, record.ReceivedAt ?? now) is { } fault)
                return Bad($"{Named<T>()} with {fault}");
            value = read;
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(DeadLetterReasons.BadEvent, $"not {Named<T>()}", e);
        }
    }

    /// <summary>What the log itself found wrong with the record; null if it is intact.</summary>
    public static RecordFault? Damage(LogRecord record)
        => record.Damage is { } damage ? new(DeadLetterReasons.DamagedRecord, $"The log holds the record damaged: {damage}.") : null;

    /// <summary>The type that the record's header names; null without that header.</summary>
    public static string? TypeOf(LogRecord record)
        => record.Headers.TryGetValue(RecordHeaders.Type, out var type) ? Encoding.UTF8.GetString(type) : null;

    private static string Named<T>() => $"{(typeof(T).Name[0] is 'A' or 'E' or 'I' or 'O' or 'U' ? "an" : "a")} {typeof(T).Name}";

    /// <summary>A record that is not the event that belongs there.</summary>
    public static RecordFault Bad(string what) => new(DeadLetterReasons.BadEvent, what);
}
