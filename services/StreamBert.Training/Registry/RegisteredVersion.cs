using StreamBert.Streaming.Models;

namespace StreamBert.Training.Registry;

/// <summary>A complete version in the registry.</summary>
/// <param name="Model">The name of the model.</param>
/// <param name="Version">The version.</param>
public sealed record RegisteredVersion(string Model, string Version)
{
    /// <summary>Whether the directory of this machine has it.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The version in the store; null if the store lacks it.</summary>
    public StoredVersion? Stored { get; init; }
}
