using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Embedded;

/// <summary>Writes and verifies <c>SHA256SUMS</c>, the checksums of all files in a folder while no process writes to them.</summary>
internal sealed class FileChecksums(string directory, string folder)
{
    private const string FileName = "SHA256SUMS";
    private const long MaxListBytes = 16 * 1024 * 1024;

    private string ListPath => Path.Combine(directory, FileName);

    /// <summary>Writes the checksums. If the disk is full there is no list, and the next start handles that like a kill.</summary>
    public void Write()
    {
        try
        {
            File.WriteAllText(ListPath, ComputeList());
        }
        catch (IOException)
        {
            Delete();
        }
    }

    public void Delete() => File.Delete(ListPath);

    /// <returns>A description of the damage with the name of the file, or null if all files are unchanged.</returns>
    public string? FindDamage()
    {
        if (!File.Exists(ListPath))
            return "it was not closed cleanly (a kill, a crash, a full disk), so its files cannot be verified";
        var (expected, actual) = (RegularFile.Text(ListPath, MaxListBytes, Encoding.Latin1), ComputeList());
        if (expected == actual)
            return null;
        var changed = actual.Split('\n').Except(expected.Split('\n')).FirstOrDefault(static line => line.Length > 0);
        return $"{(changed is null ? FileName : changed.Split("  ", 2)[^1])} is damaged: its checksum differs from {ListPath}";
    }

    private string ComputeList() => string.Concat(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{ComputeHash(file)}  {Path.GetRelativePath(directory, file)}\n"));

    private static string ComputeHash(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
