using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Cli.Hosting;

/// <summary><c>SHA256SUMS</c> in a directory: the checksums of all files of a folder in it while nobody writes to them.</summary>
internal sealed class FileChecksums(string directory, string folder)
{
    private const string Name = "SHA256SUMS";
    private const long MostBytes = 16 * 1024 * 1024;

    private string List => Path.Combine(directory, Name);

    /// <summary>Writes the list; a full disk leaves none, which the next start takes for a kill.</summary>
    public void Write()
    {
        try
        {
            File.WriteAllText(List, Sums());
        }
        catch (IOException)
        {
            Delete();
        }
    }

    public void Delete() => File.Delete(List);

    /// <returns>What is wrong, with the name of the file; null: every file is as it was.</returns>
    public string? Fault()
    {
        if (!File.Exists(List))
            return "it was not closed as asked (a kill, a crash, a full disk), so its files prove nothing";
        var (listed, found) = (RegularFile.Text(List, MostBytes, Encoding.Latin1), Sums());
        if (listed == found)
            return null;
        var changed = found.Split('\n').Except(listed.Split('\n')).FirstOrDefault(static line => line.Length > 0);
        return $"{(changed is null ? Name : changed.Split("  ", 2)[^1])} is damaged: the checksums in {List} and those of the files differ";
    }

    private string Sums() => string.Concat(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{Sum(file)}  {Path.GetRelativePath(directory, file)}\n"));

    private static string Sum(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
