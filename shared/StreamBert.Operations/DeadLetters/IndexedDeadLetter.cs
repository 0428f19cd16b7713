using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Holds what the index keeps of a dead letter: no key, no value, and of its headers only the one that names a replay.</summary>
internal sealed record IndexedDeadLetter
{
    /// <summary>The maximum length of a name in characters; other producers may write names of any length.</summary>
    private const int MaxNameLength = 256;
    private const int MaxDetailLength = 4 * 1024;

    /// <summary>The estimated size of a dead letter in the index without its texts.</summary>
    private const int BaseSize = 600;

    public required RecordPosition Origin { get; init; }
    public string? Pipeline { get; init; }
    public required string Reason { get; init; }
    public required string Detail { get; init; }
    public required DateTimeOffset FailedAt { get; init; }

    /// <summary>The size of the original value in bytes.</summary>
    public int ValueBytes { get; init; }

    /// <summary>The id of the dead letter whose replay failed and left this one.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>The estimated memory in bytes; a character takes two.</summary>
    public long MemoryBytes =>
        BaseSize + 2L * (Reason.Length + Detail.Length + (Pipeline?.Length ?? 0) + (ReplayOf?.Length ?? 0) + Origin.Topic.Length);

    public static IndexedDeadLetter From(DeadLettered letter) => new()
    {
        Origin = letter.Origin,
        Pipeline = letter.Pipeline is { } pipeline ? Excerpt.Truncate(pipeline, MaxNameLength) : null,
        Reason = Excerpt.Truncate(letter.Reason, MaxNameLength),
        Detail = Excerpt.Truncate(letter.Detail, MaxDetailLength),
        FailedAt = letter.FailedAt,
        ValueBytes = letter.Value?.Length ?? 0,
        ReplayOf = EventRecord.Header(letter.Headers, RecordHeaders.ReplayOf) is { } header
            ? DeadLetterId.FromHeader(header) : null,
    };
}
