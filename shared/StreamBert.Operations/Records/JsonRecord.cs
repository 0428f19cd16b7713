using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Records;

/// <summary>Reads records that hold JSON and are no events, such as checkpoints.</summary>
internal static class JsonRecord
{
    /// <summary>Reads a record's value. It never throws because of the record's bytes.</summary>
    /// <param name="isValid">Decides whether the parsed value can be used.</param>
    /// <param name="expected">What the record should be, with its article, for the fault.</param>
    /// <param name="value">The value, if the record holds one.</param>
    /// <param name="fault">Why the record cannot be used, if it cannot.</param>
    public static bool TryRead<T>(
        LogRecord record, JsonTypeInfo<T> type, Predicate<T> isValid, string expected,
        [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out RecordFault? fault)
        where T : class
    {
        value = null;
        fault = RecordFault.OfDamage(record);
        if (fault is not null)
            return false;
        try
        {
            var parsed = record.Value is null ? null : JsonSerializer.Deserialize(record.Value, type);
            if (parsed is not null && isValid(parsed))
                value = parsed;
            else
                fault = RecordFault.InvalidEvent($"not {expected}");
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            fault = new(DeadLetterReasons.BadEvent, $"not {expected}", e);
        }
        return value is not null;
    }
}
