using System.ComponentModel;

namespace StreamBert.Operations.DeadLetters;

/// <summary>Selects the dead letters to replay or discard: either <see cref="All"/>, or those that meet every given condition.</summary>
public sealed record DeadLetterActionRequest
{
    /// <inheritdoc cref="DeadLetterFilter.Id"/>
    [Description("The position of the dead letter: partition/offset, as listed.")]
    public string? Id { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.Origin"/>
    [Description("The position of the record that failed: topic/partition/offset.")]
    public string? Origin { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.Pipeline"/>
    [Description("Only dead letters of this pipeline.")]
    public string? Pipeline { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.Reason"/>
    [Description("Only dead letters with this reason, such as not-json.")]
    public string? Reason { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.Topic"/>
    [Description("Only dead letters of this input topic.")]
    public string? Topic { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.From"/>
    [Description("Only records that failed at this time or later (ISO 8601).")]
    public DateTimeOffset? From { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.To"/>
    [Description("Only records that failed before this time (ISO 8601).")]
    public DateTimeOffset? To { get; init; }

    /// <inheritdoc cref="DeadLetterFilter.State"/>
    [Description("Only dead letters in this state: open, replayed or discarded.")]
    public string? State { get; init; }

    /// <summary>Selects every dead letter.</summary>
    [Description("Select every dead letter.")]
    public bool All { get; init; }

    /// <summary>Also replays dead letters that were replayed or discarded before.</summary>
    [Description("Also replay dead letters that were replayed or discarded before.")]
    public bool Again { get; init; }

    /// <summary>Describes in one sentence why the request is invalid; null if it is valid.</summary>
    public string? Error => All == !ToFilter().IsEmpty
        ? "The request selects no dead letters: set all, or at least one of id, origin, pipeline, reason, topic, from, to and state."
        : ToFilter().Error;

    /// <summary>Gets the conditions of the request.</summary>
    public DeadLetterFilter ToFilter() => new()
    {
        Id = Id,
        Origin = Origin,
        Pipeline = Pipeline,
        Reason = Reason,
        Topic = Topic,
        From = From,
        To = To,
        State = State,
    };
}
