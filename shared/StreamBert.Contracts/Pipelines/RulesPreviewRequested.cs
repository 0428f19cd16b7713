namespace StreamBert.Contracts;

/// <summary>
/// Requests the alerts that other rules would have raised on the predictions in the log. Nothing is changed; request and response are kept
/// for an hour.
/// </summary>
public sealed record RulesPreviewRequested
{
    /// <summary>The id of the request.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The rules in effect.</summary>
    public required MonitorRules InEffect { get; init; }

    /// <summary>The rules to compare with them.</summary>
    public required MonitorRules Proposed { get; init; }

    /// <summary>The length of event time before the newest window whose alerts are compared.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The time after which the response is no longer needed.</summary>
    public required DateTimeOffset Deadline { get; init; }
}
