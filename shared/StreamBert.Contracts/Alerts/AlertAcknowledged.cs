namespace StreamBert.Contracts;

/// <summary>
/// Reports that a person has taken an alert: it is not repeated and not escalated any more. It is stored on <see
/// cref="Topics.AlertActions"/>; the last one of an alert applies.
/// </summary>
public sealed record AlertAcknowledged
{
    /// <summary>The <see cref="AlertRaised.Id"/>.</summary>
    public required string AlertId { get; init; }

    /// <summary>Who acknowledged it.</summary>
    public required string Actor { get; init; }

    /// <summary>What the person wants others to know; null if nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>When it was acknowledged.</summary>
    public required DateTimeOffset AcknowledgedAt { get; init; }

    /// <summary>Whether an earlier acknowledgement is withdrawn.</summary>
    public bool Withdrawn { get; init; }
}
