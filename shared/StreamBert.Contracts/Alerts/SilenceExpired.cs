namespace StreamBert.Contracts;

/// <summary>Reports that a person ended a silence before its end. It is stored on <see cref="Topics.AlertActions"/>.</summary>
public sealed record SilenceExpired
{
    /// <summary>The <see cref="SilenceCreated.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>Who ended it.</summary>
    public required string Actor { get; init; }

    /// <summary>When it was ended.</summary>
    public required DateTimeOffset ExpiredAt { get; init; }
}
