using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Model.Packages;

/// <summary>The identity of a package: SHA-256 over everything that changes an answer, and over nothing else.</summary>
internal static class Fingerprint
{
    /// <summary>
    /// Weights, configuration, tokenizer files, and what the manifest says of heads and inputs; not its version, lineage or reports.
    /// </summary>
    public static string Of(string directory, PackageManifest manifest)
    {
        var lines = new StringBuilder().Append("weights ").Append(TensorFiles.Sha256(directory)).Append('\n');
        foreach (var file in ModelPackage.Companions.Where(file => File.Exists(Path.Combine(directory, file))))
            lines.Append(file).Append(' ').Append(Sha256(Path.Combine(directory, file))).Append('\n');
        lines.Append(CultureInfo.InvariantCulture, $"input {manifest.MaxTokens} {manifest.Lowercase} {manifest.CollapseUrls}\n");
        foreach (var head in manifest.Heads) lines.Append("head ").Append(Canonical(head)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())));
    }

    private static string Canonical(HeadManifest head) =>
        JsonSerializer.Serialize(new object?[] { head.Name, head.Task, head.Pooling, head.Temperature, head.Template, head.Labels });

    private static string Sha256(string path)
    {
        try
        {
            using var stream = RegularFile.Open(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
    }
}
