using StreamBert.Contracts;
using StreamBert.Model.Checkpoints;
using StreamBert.Model.Manifests;
using StreamBert.Model.OutOfDistribution;

namespace StreamBert.Model.Packages;

/// <summary><c>distribution.safetensors</c>: the distribution of the training texts of a package.</summary>
internal static class PackageDistribution
{
    public static bool ExistsIn(string directory) => File.Exists(GetPath(directory));

    /// <exception cref="ModelPackageException">The file is damaged, or does not fit the model.</exception>
    public static FeatureDistribution? Read(string directory, PackageManifest manifest, EncoderConfig config) =>
        FeatureDistribution.Read(GetPath(directory), manifest.Heads, config.HiddenSize);

    /// <summary>Writes the distribution, if there is one, and updates the checksums.</summary>
    public static void Write(string directory, FeatureDistribution? distribution)
    {
        if (distribution is null) return;
        distribution.Write(GetPath(directory));
        PackageChecksums.Write(directory);
    }

    /// <summary>Copies the file, if there is one.</summary>
    public static void Copy(string source, string target)
    {
        if (File.Exists(GetPath(source))) RegularFile.Copy(GetPath(source), GetPath(target));
    }

    private static string GetPath(string directory) => Path.Combine(directory, PackageFiles.Distribution);
}
