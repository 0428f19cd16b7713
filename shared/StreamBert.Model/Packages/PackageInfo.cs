using StreamBert.Model.Manifests;

namespace StreamBert.Model.Packages;

/// <summary>A summary of a package, read without loading its weights.</summary>
/// <param name="Version">The version of the model.</param>
/// <param name="Architecture">Hugging Face's class name, and the number of layers and the hidden size of the encoder.</param>
/// <param name="Heads">The heads of the model.</param>
/// <param name="ParameterCount">The number of parameters.</param>
/// <param name="SizeBytes">The size of its files in bytes.</param>
/// <param name="Sha256">The SHA-256 of the weights as the manifest states it; null if it does not.</param>
/// <param name="Languages">The languages that the model was trained on; empty if they are unknown.</param>
public sealed record PackageInfo(
    string Version, string Architecture, IReadOnlyList<HeadManifest> Heads, long ParameterCount, long SizeBytes, string? Sha256,
    IReadOnlyList<string> Languages)
{
    /// <summary>Reads the summary of a package.</summary>
    /// <param name="directory">The directory of the package.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ModelPackageException">The directory is not a valid package.</exception>
    public static PackageInfo Read(string directory)
    {
        var manifest = ManifestReader.Read(directory);
        var config = ManifestReader.ReadConfig(directory);
        var architecture = config.Architecture.Length > 0 ? config.Architecture : config.ModelType;
        return new PackageInfo(
            manifest.Version, $"{architecture} {config.Layers}×{config.HiddenSize}", manifest.Heads,
            PackageWeights.CountParameters(directory, manifest, config),
            PackageFiles.List(directory).Sum(file => new FileInfo(Path.Combine(directory, file)).Length), manifest.Sha256,
            manifest.Languages);
    }
}
