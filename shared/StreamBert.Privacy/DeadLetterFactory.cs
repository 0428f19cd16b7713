using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Privacy;

/// <summary>Creates the dead letter of a record that a consumer cannot use, with as many of its bytes as may be stored and fit.</summary>
public static class DeadLetterFactory
{
    /// <summary>Creates the dead letter of a record as a record.</summary>
    /// <param name="record">The record that cannot be used.</param>
    /// <param name="fault">Why it cannot be used.</param>
    /// <param name="guard">Redacts the record.</param>
    /// <param name="limits">The limits of the fields.</param>
    /// <param name="now">The time of the failure.</param>
    public static NewRecord Create(LogRecord record, RecordFault fault, PrivacyFilter guard, FieldLimits limits, DateTimeOffset now)
    {
        var stored = Redact(guard, record);
        return ToRecord(new DeadLettered
        {
            Origin = record.Position,
            Reason = fault.Reason,
            Detail = guard.RedactText(null, fault.Detail),
            ErrorType = fault.Error?.GetType().FullName,
            Stack = fault.Error?.StackTrace,
            FailedAt = now,
            Key = stored.Key,
            Value = stored.Value,
            Redacted = stored.IsRedacted ? true : null,
            Headers = stored.Headers,
            Timestamp = record.Timestamp,
        }.Truncate(limits));
    }

    /// <summary>
    /// Serializes a dead letter as a record. A letter that is larger than a record may be loses its value, and then its headers and key;
    /// the original record remains at its origin.
    /// </summary>
    public static NewRecord ToRecord(DeadLettered letter)
    {
        foreach (var smaller in (DeadLettered[])[letter, letter with { Value = null, Redacted = true }, WithoutBytes(letter)])
        {
            if (TrySerialize(smaller) is { } json && json.Length + (letter.Key?.Length ?? 0) <= NewRecord.MaxBytes)
                return new(Topics.DeadLetter, smaller.Key, json, letter.Timestamp) { Headers = EventRecord.HeadersFor<DeadLettered>() };
        }
        throw new InvalidOperationException($"The dead letter of {letter.Origin} does not fit into a record even without its bytes.");
    }

    private static DeadLettered WithoutBytes(DeadLettered letter) =>
        letter with { Key = null, Value = null, Redacted = true, Stack = null, Headers = new Dictionary<string, byte[]>() };

    /// <summary>Serializes a letter; null if it cannot be serialized: then its bytes are omitted.</summary>
    private static byte[]? TrySerialize(DeadLettered letter)
    {
        try
        {
            return Wire.Serialize(letter);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Redacts a record. The bytes of a record that cannot be redacted are not copied; the original remains at its origin.
    /// </summary>
    private static StorableRecord Redact(PrivacyFilter guard, LogRecord record)
    {
        try
        {
            return guard.RedactRecord(null, record, SubjectVault.IsSealed(record));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return new(null, null, new Dictionary<string, byte[]>(), IsRedacted: true);
        }
    }
}
