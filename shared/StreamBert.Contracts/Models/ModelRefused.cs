namespace StreamBert.Contracts;

/// <summary>
/// Reports that a worker refuses the version that should serve, because its package is damaged or cannot be loaded; the last good version
/// continues to serve.
/// </summary>
public sealed record ModelRefused
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The refused version, which was promoted or rolled back to.</summary>
    public required string Version { get; init; }

    /// <summary>The version that serves instead; null if none does and the texts wait.</summary>
    public string? Serving { get; init; }

    /// <summary>Names the damaged file and its checksum, or another error.</summary>
    public required string Reason { get; init; }

    /// <summary>When the version was refused.</summary>
    public required DateTimeOffset RefusedAt { get; init; }

    /// <summary>The <see cref="AlertRaised.Id"/> of the alert about it.</summary>
    public required string AlertId { get; init; }
}
