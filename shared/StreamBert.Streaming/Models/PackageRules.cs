namespace StreamBert.Streaming.Models;

/// <summary>What a store must know of the packages in it.</summary>
/// <param name="ReadBase">
/// Returns the name of the package, beside a directory, that the package in it is an adapter of; null for other packages.
/// </param>
/// <param name="Verify">Throws if a file of the package in a directory is missing or damaged.</param>
public sealed record PackageRules(Func<string, string?> ReadBase, Action<string> Verify)
{
    /// <summary>Returns the version, as <c>MODEL/VERSION</c>, that a version is an adapter of; null for other packages.</summary>
    internal string? FindBase(string name, string directory) =>
        ReadBase(directory) is { } basis ? $"{name.Split('/')[0]}/{basis}" : null;
}
