namespace StreamBert.Contracts;

/// <summary>
/// Changes the rules of a pipeline from a window on. The last record with that time or an earlier one applies to a window.
/// </summary>
public sealed record RulesChanged
{
    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The rules; null for those of the configuration.</summary>
    public MonitorRules? Rules { get; init; }

    /// <summary>The event time from which the rules apply: to the windows that start then or later.</summary>
    public required DateTimeOffset EffectiveFrom { get; init; }

    /// <summary>Who changed the rules.</summary>
    public string? Actor { get; init; }

    /// <summary>When the change was requested.</summary>
    public required DateTimeOffset ChangedAt { get; init; }
}
