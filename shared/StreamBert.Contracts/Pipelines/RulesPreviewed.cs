namespace StreamBert.Contracts;

/// <summary>
/// Holds the monitor's response to <see cref="RulesPreviewRequested"/>: the alerts of the period with the rules in effect, and with the
/// proposed ones. The baselines of both have learned from everything that the log holds before.
/// </summary>
public sealed record RulesPreviewed
{
    /// <summary>The id of the request.</summary>
    public required string Id { get; init; }

    /// <summary>The compared period; null if no window has closed, or there is an <see cref="Error"/>.</summary>
    public TimeWindow? Period { get; init; }

    /// <summary>The number of windows from the first text in the log on.</summary>
    public long Windows { get; init; }

    /// <summary>The alerts with the rules in effect; null if there is an <see cref="Error"/>.</summary>
    public PreviewedAlerts? InEffect { get; init; }

    /// <summary>The alerts with the proposed rules; null if there is an <see cref="Error"/>.</summary>
    public PreviewedAlerts? Proposed { get; init; }

    /// <summary>The reason why there is no result.</summary>
    public string? Error { get; init; }
}
