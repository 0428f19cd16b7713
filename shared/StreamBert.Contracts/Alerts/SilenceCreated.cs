namespace StreamBert.Contracts;

/// <summary>
/// Mutes the notifications of the alerts that match, for a time. The alerts still fire and are shown. It is stored on <see
/// cref="Topics.AlertActions"/>; a later one with the same id replaces it.
/// </summary>
public sealed record SilenceCreated
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The matchers, all of which must match (<see cref="AlertMatcher"/>).</summary>
    public required IReadOnlyList<string> Matchers { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Who created it.</summary>
    public required string Actor { get; init; }

    /// <summary>The reason; null if none was given.</summary>
    public string? Comment { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
