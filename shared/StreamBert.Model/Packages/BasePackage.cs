using StreamBert.Model.Manifests;

namespace StreamBert.Model.Packages;

/// <summary>Finds the base package of an adapter: a directory of the name and with the weights that the manifest states.</summary>
internal static class BasePackage
{
    /// <summary>Returns the name by which an adapter refers to a base package.</summary>
    /// <exception cref="ModelPackageException">The name of the directory is no plain name.</exception>
    public static string GetName(string directory)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return IsPlainName(name) ? name
            : throw new ModelPackageException($"{directory}: the name of a base package must consist of letters, digits and . - _.");
    }

    /// <summary>Returns the directory of a base package.</summary>
    /// <param name="directory">The directory of the package that has the adapter.</param>
    /// <exception cref="ModelPackageException">There is no such package, or it has other weights.</exception>
    public static string Find(string directory, BaseManifest reference)
    {
        if (!IsPlainName(reference.Name))
            throw new ModelPackageException($"{directory}: the base package in {PackageFiles.Manifest} has no plain name.");
        var found = GetCandidates(directory, reference).Where(Directory.Exists).ToList();
        var hashes = found.ConvertAll(ModelPackage.HashWeights);
        var index = hashes.FindIndex(hash => hash.Equals(reference.Sha256, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? found[index] : throw new ModelPackageException(
            $"{directory} is an adapter of the package '{reference.Name}' with the weights {reference.Sha256}, {Describe(found, hashes)}. "
            + $"Put that package at {GetCandidates(directory, reference)[0]}.");
    }

    private static string[] GetCandidates(string directory, BaseManifest reference)
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
        return [Path.Combine(parent ?? directory, reference.Name), Path.Combine(AppContext.BaseDirectory, "models", reference.Name)];
    }

    private static string Describe(List<string> found, List<string> hashes) => found.Count == 0
        ? "which is neither beside it nor among the installed models"
        : "but found " + string.Join(" and ", found.Zip(hashes, static (directory, hash) => $"{directory} with {hash}"));

    private static bool IsPlainName(string name) =>
        name.Length > 0 && name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
