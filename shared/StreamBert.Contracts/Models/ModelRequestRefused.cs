namespace StreamBert.Contracts;

/// <summary>
/// Reports that a request for training, a promotion, a rollback or a pin was refused. The request also becomes a dead letter.
/// </summary>
public sealed record ModelRequestRefused
{
    /// <summary>The name of the model, as the request gives it.</summary>
    public required string Model { get; init; }

    /// <summary>The position of the request.</summary>
    public required RecordPosition Request { get; init; }

    /// <summary><see cref="DeadLetterReasons.UnknownModel"/> or <see cref="DeadLetterReasons.RequestRefused"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>Describes why it was refused and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>The person or program that requested it.</summary>
    public required string By { get; init; }

    /// <summary>When it was refused.</summary>
    public required DateTimeOffset RefusedAt { get; init; }
}
