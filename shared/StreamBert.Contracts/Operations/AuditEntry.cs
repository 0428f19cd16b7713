namespace StreamBert.Contracts;

/// <summary>Records one action of a person or a service for the audit log, <see cref="Topics.Audit"/>, which is append-only.</summary>
public sealed record AuditEntry
{
    /// <summary>When the action happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The actor: <c>key:NAME</c> for an API key, <c>user:NAME</c> for a user of the identity provider, <c>anonymous</c> without
    /// authentication, <c>training</c>, or <c>cli:USER</c> for a command that works on the log itself.
    /// </summary>
    public required string Actor { get; init; }

    /// <summary>One of <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>
    /// The target: a model version, the position of a dead letter, the digest of a subject. Never a text, never a secret.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>Further information, such as counts and filters.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init => field = value ?? new Dictionary<string, string>(); } =
        new Dictionary<string, string>();
}
