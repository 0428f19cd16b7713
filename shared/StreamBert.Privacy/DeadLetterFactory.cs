using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Privacy;

/// <summary>Makes the dead letter of a record that a consumer cannot use, with its bytes as far as they may be stored and fit.</summary>
public static class DeadLetterFactory
{
    public static NewRecord Create(LogRecord record, RecordFault fault, PrivacyFilter guard, FieldLimits limits, DateTimeOffset now)
    {
        var held = Held(guard, record);
        return ToRecord(new DeadLettered
        {
            Origin = record.Position,
            Reason = fault.Reason,
            Detail = guard.RedactText(null, fault.Detail),
            ErrorType = fault.Error?.GetType().FullName,
            Stack = fault.Error?.StackTrace,
            FailedAt = now,
            Key = held.Key,
            Value = held.Value,
            Redacted = held.IsRedacted ? true : null,
            Headers = held.Headers,
            Timestamp = record.Timestamp,
        }.Truncate(limits));
    }

    /// <summary>
    /// The letter as a record; without its value, and then without its headers and key, if it would be larger than the log takes. The
    /// original stands at its origin.
    /// </summary>
    public static NewRecord ToRecord(DeadLettered letter)
    {
        foreach (var smaller in (DeadLettered[])[letter, letter with { Value = null, Redacted = true }, Bare(letter)])
        {
            if (TrySerialize(smaller) is { } json && json.Length + (letter.Key?.Length ?? 0) <= NewRecord.MaxBytes)
                return new(Topics.DeadLetter, smaller.Key, json, letter.Timestamp) { Headers = EventRecord.HeadersFor<DeadLettered>() };
        }

        throw new InvalidOperationException($"The dead letter of {letter.Origin} does not fit into a record even without its bytes.");
    }

    private static DeadLettered Bare(DeadLettered letter)
        => letter with { Key = null, Value = null, Redacted = true, Stack = null, Headers = new Dictionary<string, byte[]>() };

    /// <summary>Null if it cannot be written: then its bytes are left out.</summary>
    private static byte[]? TrySerialize(DeadLettered letter)
    {
        try
        {
            return Wire.Serialize(letter);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static StorableRecord Held(PrivacyFilter guard, LogRecord record)
    {
        try
        {
            return guard.RedactRecord(null, record, SubjectVault.IsSealed(record));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(null, null, new Dictionary<string, byte[]>(), IsRedacted: true); // what cannot be redacted is not copied; the original stands at its origin
        }
    }
}
