namespace StreamBert.Model.Packages;

/// <summary>What a package is, read without loading its weights.</summary>
/// <param name="Architecture">Hugging Face's name of the class, and the encoder's sizes.</param>
/// <param name="Parameters">How many numbers its weights hold.</param>
/// <param name="Bytes">Size of its files on disk.</param>
/// <param name="Sha256">Checksum of the weights as the package states it; null where it does not.</param>
public sealed record PackageInfo(
    string Version,
    string Architecture,
    IReadOnlyList<HeadManifest> Heads,
    long Parameters,
    long Bytes,
    string? Sha256)
{
    /// <exception cref="ModelPackageException">The directory is no package.</exception>
    public static PackageInfo Read(string directory)
    {
        var manifest = ModelPackage.ReadManifest(directory);
        var config = ModelPackage.ReadConfig(directory);
        using var weights = TensorFiles.Open(directory);
        return new(
            manifest.Version, $"{(config.Architecture.Length > 0 ? config.Architecture : config.ModelType)} {config.Layers}×{config.HiddenSize}",
            manifest.Heads, weights.Parameters, new DirectoryInfo(directory).EnumerateFiles().Sum(static file => file.Length), manifest
                .Sha256);
    }
}
