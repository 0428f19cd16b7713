using StreamBert.Contracts;

namespace StreamBert.Gateway.Audit;

/// <summary>Selects entries of the audit log that meet every given condition; without conditions, all.</summary>
internal sealed record AuditFilter
{
    /// <summary>The actor, as a whole or the part after its colon: <c>anna</c> matches <c>user:anna</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>The action, such as <c>model-promoted</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The action happened at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The action happened before this time.</summary>
    public DateTimeOffset? To { get; init; }

    public bool Matches(AuditEntry entry) =>
        (Action is null || entry.Action == Action) && (From is null || entry.At >= From) && (To is null || entry.At < To)
        && (Actor is null || entry.Actor == Actor || entry.Actor.EndsWith($":{Actor}", StringComparison.Ordinal));
}
