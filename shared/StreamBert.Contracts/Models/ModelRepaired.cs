namespace StreamBert.Contracts;

/// <summary>
/// Reports that the version that should serve does: the refused version, whose package was repaired, or one that was promoted instead.
/// </summary>
public sealed record ModelRepaired
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version that serves.</summary>
    public required string Version { get; init; }

    /// <summary>The version that was refused.</summary>
    public required string Refused { get; init; }

    /// <summary>When the version began to serve.</summary>
    public required DateTimeOffset RepairedAt { get; init; }
}
