using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.DeadLetters;

/// <summary>What was done with a dead letter; a record of <see cref="Topics.DeadLetterState"/>, keyed by the letter.</summary>
/// <param name="Letter">The letter's id.</param>
/// <param name="Act"><see cref="DeadLetterStates.Replayed"/> or <see cref="DeadLetterStates.Discarded"/>; <see cref="Placed"/> tells where
/// the replayed record came to stand.</param>
internal sealed record DeadLetterMark(string Letter, string Act, DateTimeOffset At, string By, RecordOrigin? Record = null)
{
    public const string Placed = "placed";

    public NewRecord ToRecord() =>
        new(
            Topics.DeadLetterState,
            Encoding.UTF8.GetBytes(Letter),
            JsonSerializer.SerializeToUtf8Bytes(this, DeadLetterContext.Default.DeadLetterMark),
            At)
        { Partition = 0 };

    /// <summary>Null for bytes that are none.</summary>
    public static DeadLetterMark? Read(LogRecord record) => Read(record, out var mark) is null ? mark : null;

    /// <returns>Null if <paramref name="mark"/> is one; else what is wrong with the record.</returns>
    public static RecordFault? Read(LogRecord record, out DeadLetterMark mark)
    {
        mark = null!;
        if (EventReader.Damage(record) is { } damage)
            return damage;
        try
        {
            if (record.Value is null || JsonSerializer.Deserialize(
                record.Value,
                DeadLetterContext.Default.DeadLetterMark) is not { Letter: not null, By: not null } read || !read.IsPossible)
            {
                return EventReader.Bad("no act on a dead letter");
            }

            mark = read;
            return null;
        }
        catch (Exception e) when (RecordErrors.MayBeOfRecord(e))
        {
            return new(DeadLetterReasons.BadEvent, "no act on a dead letter", e);
        }
    }

    private bool IsPossible => DeadLetterId.Parse(Letter) is not null
        && (Act == Placed
            ? Record is { Topic.Length: > 0, Partition: >= 0, Offset: >= 0 } record && !Topics.IsInternal(record.Topic)
            : Act is DeadLetterStates.Replayed or DeadLetterStates.Discarded);
}

/// <summary>A dead letter without the bytes it holds; of its headers only the one that tells of a replay is looked at.</summary>
internal sealed record DeadLetterFacts
{
    /// <summary>What others have written there may be of any length.</summary>
    private const int MaxName = 256;
    private const int MaxDetail = 4 * 1024;

    public required RecordOrigin Origin { get; init; }
    public string? Pipeline { get; init; }
    public required string Reason { get; init; }
    public required string Detail { get; init; }
    public required DateTimeOffset FailedAt { get; init; }
    public int Bytes { get; init; }

    /// <summary>Memory that it takes in the index, about: characters have two bytes.</summary>
    public long Memory
        => 600 + 2L * (Reason.Length + Detail.Length + (Pipeline?.Length ?? 0) + (ReplayOf?.Length ?? 0) + Origin.Topic.Length);

    /// <summary>The id of the letter that its record was a replay of.</summary>
    public string? ReplayOf { get; init; }

    public static DeadLetterFacts Of(DeadLettered letter) => new()
    {
        Origin = letter.Origin,
        Pipeline = letter.Pipeline is { } pipeline ? Excerpt.OfMessage(pipeline, MaxName) : null,
        Reason = Excerpt.OfMessage(letter.Reason, MaxName),
        Detail = Excerpt.OfMessage(letter.Detail, MaxDetail),
        FailedAt = letter.FailedAt,
        Bytes = letter.Value?.Length ?? 0,
        ReplayOf = letter.Headers.TryGetValue(RecordHeaders.ReplayOf, out var header)
            ? DeadLetterId.FromHeader(Encoding.UTF8.GetString(header))
            : null,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeadLetterMark))]
internal sealed partial class DeadLetterContext : JsonSerializerContext;
