namespace StreamBert.Monitoring.Alerts.Wording;

/// <summary>The prose of one alert. Each kind of evidence has a class in this folder that writes it.</summary>
internal sealed record AlertWording
{
    /// <summary>One line that states what was observed.</summary>
    public required string Title { get; init; }

    /// <summary>States what was observed, what was expected, and how strong the evidence is.</summary>
    public required string Message { get; init; }

    /// <summary>Names the statistic that <see cref="Contracts.AlertRaised.Evidence"/> holds.</summary>
    public required string EvidenceKind { get; init; }

    /// <summary>States why an alert is resolved when its condition is normal again with this evidence.</summary>
    public required string Resolution { get; init; }
}
