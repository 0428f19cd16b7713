namespace StreamBert.Contracts;

/// <summary>
/// One act of a person or of an automaton that somebody may ask about later. It stands on <see cref="Topics.Audit"/>, which is only ever
/// appended to.
/// </summary>
public sealed record AuditEntry
{
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Who: <c>key:NAME</c> of an API key, <c>user:NAME</c> of somebody whom the identity provider knows, <c>anonymous</c> where nobody
    /// need say, <c>training</c>, or <c>cli:USER</c> of a command that works on the log itself.
    /// </summary>
    public required string Actor { get; init; }

    /// <summary>What, as a stable code; see <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>On what: a model version, a dead letter's place, the digest of a subject. Never a text, never a secret.</summary>
    public string? Target { get; init; }

    /// <summary>What else explains it, such as counts and filters.</summary>
    public IReadOnlyDictionary<string, string> Details
    {
        get; init
        => field = value ?? new Dictionary<string, string>();
    } = new Dictionary<string, string>();
}

/// <summary>The codes of <see cref="AuditEntry.Action"/>.</summary>
public static class AuditActions
{
    public const string DeadLetterReplayed = "dead-letter-replayed";
    public const string DeadLetterDiscarded = "dead-letter-discarded";
    public const string ModelPromoted = "model-promoted";
    public const string ModelRolledBack = "model-rolled-back";
    public const string SubjectErased = "subject-erased";
    public const string StateRebuilt = "state-rebuilt";
    public const string SignInFailed = "sign-in-failed";
}
