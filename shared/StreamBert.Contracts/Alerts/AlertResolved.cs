namespace StreamBert.Contracts;

/// <summary>Reports that an alert is resolved: the value came back below its clearing threshold and stayed there.</summary>
public sealed record AlertResolved
{
    /// <summary>The <see cref="AlertRaised.Id"/> of the resolved alert.</summary>
    public required string Id { get; init; }

    /// <inheritdoc cref="AlertRaised.Fingerprint"/>
    public required string Fingerprint { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The series.</summary>
    public required SeriesKey Series { get; init; }

    /// <summary>The event time of the resolution.</summary>
    public required DateTimeOffset ResolvedAt { get; init; }

    /// <summary>The last observed value.</summary>
    public required double Value { get; init; }

    /// <summary>The expected value.</summary>
    public required double Baseline { get; init; }

    /// <summary>Describes the resolution.</summary>
    public required string Message { get; init; }
}
