namespace StreamBert.Contracts;

/// <summary>An alert in a message: what <see cref="AlertRaised"/> says, without its evidence and without texts.</summary>
public sealed record NotifiedAlert
{
    /// <inheritdoc cref="AlertRaised.Id"/>
    public required string Id { get; init; }

    /// <inheritdoc cref="AlertRaised.Fingerprint"/>
    public required string Fingerprint { get; init; }

    /// <inheritdoc cref="AlertRaised.Kind"/>
    public required string Kind { get; init; }

    /// <inheritdoc cref="AlertRaised.Series"/>
    public required SeriesKey Series { get; init; }

    /// <inheritdoc cref="AlertRaised.Label"/>
    public string? Label { get; init; }

    /// <inheritdoc cref="AlertRaised.Severity"/>
    public required string Severity { get; init; }

    /// <inheritdoc cref="AlertRaised.Title"/>
    public required string Title { get; init; }

    /// <summary>What the alert says; null in messages about very many alerts.</summary>
    public string? Message { get; init; }

    /// <inheritdoc cref="AlertRaised.RaisedAt"/>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>The event time of the resolution; null while the alert fires.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who has acknowledged the alert; null if nobody has.</summary>
    public string? AcknowledgedBy { get; init; }
}
