using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.DeadLetters;

/// <summary>What was done with a dead letter; a record of <see cref="Topics.DeadLetterState"/>, keyed by the letter.</summary>
/// <param name="Letter">The letter's id.</param>
/// <param name="Act"><see cref="DeadLetterStates.Replayed"/> or <see cref="DeadLetterStates.Discarded"/>; <see cref="Placed"/> tells where the replayed record came to stand.</param>
internal sealed record DeadLetterMark(string Letter, string Act, DateTimeOffset At, string By, RecordOrigin? Record = null)
{
    public const string Placed = "placed";

    public NewRecord ToRecord() =>
        new(Topics.DeadLetterState, Encoding.UTF8.GetBytes(Letter), JsonSerializer.SerializeToUtf8Bytes(this, DeadLetterContext.Default.DeadLetterMark), At) { Partition = 0 };

    /// <summary>Null for bytes of strangers.</summary>
    public static DeadLetterMark? Read(LogRecord record)
    {
        try
        {
            return record.Value is null ? null : JsonSerializer.Deserialize(record.Value, DeadLetterContext.Default.DeadLetterMark);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A dead letter without the bytes it holds; of its headers only the one that tells of a replay is looked at.</summary>
internal sealed record DeadLetterFacts
{
    public required RecordOrigin Origin { get; init; }
    public string? Pipeline { get; init; }
    public required string Reason { get; init; }
    public required string Detail { get; init; }
    public required DateTimeOffset FailedAt { get; init; }
    public int Bytes { get; init; }

    /// <summary>The id of the letter that its record was a replay of.</summary>
    public string? ReplayOf { get; init; }

    public static DeadLetterFacts Of(DeadLettered letter) => new()
    {
        Origin = letter.Origin,
        Pipeline = letter.Pipeline,
        Reason = letter.Reason,
        Detail = letter.Detail,
        FailedAt = letter.FailedAt,
        Bytes = letter.Value?.Length ?? 0,
        ReplayOf = letter.Headers.TryGetValue(RecordHeaders.ReplayOf, out var header) ? DeadLetterId.FromHeader(Encoding.UTF8.GetString(header)) : null,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterMark))]
internal sealed partial class DeadLetterContext : JsonSerializerContext;
