using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>A dead letter without the text that it holds.</summary>
/// <param name="Position">The position of the letter in <see cref="Topics.DeadLetter"/>.</param>
/// <param name="Origin">The position of the record that could not be processed.</param>
/// <param name="Pipeline">The pipeline; null if it is unknown.</param>
/// <param name="Reason">One of <see cref="DeadLetterReasons"/>.</param>
/// <param name="Detail">The reason in words.</param>
/// <param name="FailedAt">The time of the failure.</param>
/// <param name="Bytes">The size of the original value.</param>
public sealed record DeadLetterSummary(
    RecordPosition Position,
    RecordPosition Origin,
    string? Pipeline,
    string Reason,
    string Detail,
    DateTimeOffset FailedAt,
    int Bytes)
{
    /// <summary>Summarizes a letter.</summary>
    public static DeadLetterSummary Of(RecordPosition position, DeadLettered letter) => new(
        position, letter.Origin, letter.Pipeline, letter.Reason, letter.Detail, letter.FailedAt, letter.Value?.Length ?? 0);
}
