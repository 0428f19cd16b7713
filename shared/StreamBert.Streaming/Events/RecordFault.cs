using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Streaming.Events;

/// <summary>Says why a record cannot be used.</summary>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">A description that does not quote the record's content.</param>
/// <param name="Error">The exception that caused it, if there was one.</param>
public sealed record RecordFault(string Reason, string Detail, Exception? Error = null)
{
    /// <summary>Returns the damage that the log found in the record, or null if the record is intact.</summary>
    public static RecordFault? OfDamage(LogRecord record) =>
        record.Damage is { } damage ? new(DeadLetterReasons.DamagedRecord, $"The log holds the record damaged: {damage}.") : null;

    /// <summary>Returns the fault of a record that does not hold a valid event of its topic.</summary>
    public static RecordFault InvalidEvent(string detail) => new(DeadLetterReasons.BadEvent, detail);
}
