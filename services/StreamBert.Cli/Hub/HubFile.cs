namespace StreamBert.Cli.Hub;

/// <summary>Describes a file of a repository as the hub lists it.</summary>
/// <param name="Size">The size in bytes, or null if the hub does not list it.</param>
/// <param name="Sha256">The checksum of the content, which the hub lists for large files only.</param>
internal sealed record HubFile(string Name, long? Size, string? Sha256);
