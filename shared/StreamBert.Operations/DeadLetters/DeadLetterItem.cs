using StreamBert.Contracts;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Describes a dead letter in the list, without its bytes.</summary>
/// <param name="Id">The position of the dead letter, <c>partition/offset</c>.</param>
/// <param name="Origin">The position of the record that failed.</param>
/// <param name="Pipeline">The pipeline that read the record.</param>
/// <param name="Reason">The code of the reason.</param>
/// <param name="Detail">The reason in words.</param>
/// <param name="FailedAt">The time of the failure.</param>
/// <param name="Bytes">The size of the original value.</param>
/// <param name="State">One of <see cref="DeadLetterStates"/>.</param>
public sealed record DeadLetterItem(
    string Id, RecordPosition Origin, string? Pipeline, string Reason, string Detail, DateTimeOffset FailedAt, int Bytes, string State)
{
    /// <summary>The time of the last replay or discard.</summary>
    public DateTimeOffset? HandledAt { get; init; }

    /// <summary>The actor of the last replay or discard.</summary>
    public string? HandledBy { get; init; }

    /// <summary>The position of the record that a replay has appended.</summary>
    public RecordPosition? ReplayedAs { get; init; }

    /// <summary>The outcome of the replayed record: <c>in-flight</c>, <c>predicted</c> or <c>dead-lettered</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>The id of the dead letter that the replayed record became.</summary>
    public string? OutcomeId { get; init; }

    /// <summary>The id of the dead letter whose replay failed and left this one.</summary>
    public string? ReplayOf { get; init; }
}
