using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Model.Manifests;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Packages;

/// <summary>Computes the identity of a package: a SHA-256 over everything that affects its predictions, and nothing else.</summary>
internal static class PackageFingerprint
{
    /// <summary>
    /// Hashes the weights, the configuration, the tokenizer files, the distribution of the training texts, and the heads and input settings
    /// of the manifest, but not its version, lineage or reports.
    /// </summary>
    public static string Compute(string directory, PackageManifest manifest, bool withDistribution)
    {
        var lines = new StringBuilder().Append("weights ").Append(PackageWeights.ComputeSha256(directory, manifest)).Append('\n');
        string[] distribution = withDistribution && PackageDistribution.ExistsIn(directory) ? [PackageFiles.Distribution] : [];
        foreach (var file in PackageFiles.ListCompanions(directory).Concat(distribution))
            lines.Append(file).Append(' ').Append(ComputeSha256(Path.Combine(directory, file))).Append('\n');
        lines.Append(CultureInfo.InvariantCulture, $"input {manifest.MaxTokens} {manifest.Lowercase} {manifest.CollapseUrls}\n");
        foreach (var head in manifest.Heads) lines.Append("head ").Append(ToCanonicalJson(head)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static string ToCanonicalJson(HeadManifest head) =>
        JsonSerializer.Serialize(new object?[] { head.Name, head.Task, head.Pooling, head.Temperature, head.Template, head.Labels });

    private static string ComputeSha256(string path) =>
        FileHash.ComputeSha256(path, e => new ModelPackageException($"{path}: {e.Message}", e));
}
