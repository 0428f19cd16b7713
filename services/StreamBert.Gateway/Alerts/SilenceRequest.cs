using System.ComponentModel;

namespace StreamBert.Gateway.Alerts;

/// <summary>Asks for a silence.</summary>
public sealed record SilenceRequest
{
    /// <summary>The matchers.</summary>
    [Description("What an alert must match, such as `pipeline=financial-news`, `kind=label-surge` or `topic=~.*Oil`; all of them.")]
    public IReadOnlyList<string>? Matchers { get; init; }

    /// <summary>How long it mutes.</summary>
    [Description("How long it mutes, such as `4h`, `30m` or `1d12h`; at most 30 days. Instead of `endsAt`.")]
    public string? Duration { get; init; }

    /// <summary>When it begins.</summary>
    [Description("When it begins; default now.")]
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When it ends.</summary>
    [Description("When it ends.")]
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The reason.</summary>
    [Description("The reason, for the other people who watch the alerts and for the audit log; at most 1,000 characters.")]
    public string? Comment { get; init; }
}
