using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Records an action on a dead letter on <see cref="Topics.DeadLetterState"/>, keyed by the dead letter.</summary>
/// <param name="Letter">The id of the dead letter.</param>
/// <param name="Action">
/// <see cref="DeadLetterStates.Replayed"/> or <see cref="DeadLetterStates.Discarded"/>; <see cref="Appended"/> adds the position of the
/// replayed record.
/// </param>
/// <param name="At">The time of the action.</param>
/// <param name="By">The actor.</param>
/// <param name="Record">The position of the replayed record.</param>
internal sealed record DeadLetterActionRecord(string Letter, string Action, DateTimeOffset At, string By, RecordPosition? Record = null)
{
    public const string Appended = "appended";

    private bool IsValid => Letter is not null && By is not null && DeadLetterId.Parse(Letter) is not null && Action switch
    {
        Appended => Record is { Topic.Length: > 0, Partition: >= 0, Offset: >= 0 } && !Topics.IsInternal(Record.Topic),
        DeadLetterStates.Replayed or DeadLetterStates.Discarded => true,
        _ => false,
    };

    /// <summary>Reads an action; null if the record holds none.</summary>
    public static DeadLetterActionRecord? Read(LogRecord record) => TryRead(record, out var action, out _) ? action : null;

    /// <summary>Reads an action, or the reason why the record holds none.</summary>
    public static bool TryRead(
        LogRecord record, [NotNullWhen(true)] out DeadLetterActionRecord? action, [NotNullWhen(false)] out RecordFault? fault) =>
        JsonRecord.TryRead(
            record, DeadLetterActionContext.Default.DeadLetterActionRecord, static read => read.IsValid, "an action on a dead letter",
            out action, out fault);

    public NewRecord ToRecord()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, DeadLetterActionContext.Default.DeadLetterActionRecord);
        return new(Topics.DeadLetterState, Encoding.UTF8.GetBytes(Letter), json, At) { Partition = 0 };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterActionRecord))]
internal sealed partial class DeadLetterActionContext : JsonSerializerContext;
