namespace StreamBert.Contracts;

/// <summary>Publishes the reference profile of a model version, before the version serves.</summary>
public sealed record ModelProfiled
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version.</summary>
    public required string Version { get; init; }

    /// <summary>The profile that its package contains.</summary>
    public required ReferenceProfile Profile { get; init; }

    /// <summary>When the profile was published.</summary>
    public required DateTimeOffset PublishedAt { get; init; }
}
