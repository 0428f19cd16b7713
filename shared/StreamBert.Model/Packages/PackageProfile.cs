using StreamBert.Contracts;
using StreamBert.Model.Manifests;

namespace StreamBert.Model.Packages;

/// <summary><c>profile.json</c>: the reference profile of a package.</summary>
internal static class PackageProfile
{
    /// <exception cref="ModelPackageException">The file is not a valid profile.</exception>
    public static ReferenceProfile? Read(string directory)
    {
        var path = Path.Combine(directory, PackageFiles.Profile);
        if (!File.Exists(path)) return null;
        var profile = PackageJson.Read<ReferenceProfile>(path);
        var published = new ModelProfiled { Model = "model", Version = "version", Profile = profile, PublishedAt = default };
        return EventValidator.Validate(published, null) is not { } fault
            ? profile
            : throw new ModelPackageException($"{path} is invalid: {fault}.");
    }

    public static void Write(string directory, ReferenceProfile profile) =>
        PackageJson.WriteCompact(Path.Combine(directory, PackageFiles.Profile), profile);

    /// <summary>Renames the only head; null keeps its name.</summary>
    public static ReferenceProfile Rename(ReferenceProfile profile, string? head) => head is null || profile.Heads.Count != 1
        ? profile
        : profile with { Heads = new Dictionary<string, HeadReference> { [head] = profile.Heads.Values.Single() } };
}
