using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;

namespace StreamBert.Model.Packages;

/// <summary>
/// <c>SHA256SUMS</c>: the checksum of every file of a package, as <c>sha256sum</c> writes it and <c>sha256sum -c</c> checks it.
/// </summary>
internal static class PackageChecksums
{
    public const string FileName = "SHA256SUMS";
    private const int Digits = 64, MostBytes = 256 * 1024;
    private const string Advice = "Restore the package from a copy, or import it again; if you changed it on purpose, delete its SHA256SUMS, or import it as another version.";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes the list; call it when every file is there.</summary>
    public static void Write(string directory) => File.WriteAllText(
        Path.Combine(directory, FileName), string.Concat(
            ModelPackage.FilesOf(directory).Select(name => $"{Sum(directory, name)}  {name}\n")));

    /// <summary>SHA-256 of the list; null where there is none.</summary>
    public static string? Sha256(string directory) => File.Exists(Path.Combine(directory, FileName)) ? Sum(directory, FileName) : null;

    /// <summary>
    /// Checks every file against the list. Packages without one, such as checkpoints of others, have nothing to be checked by.
    /// </summary>
    /// <exception cref="ModelPackageException">A file is damaged, missing or not listed, or the list is damaged; the message names it and
    /// the checksums.</exception>
    public static void Verify(string directory)
    {
        if (!File.Exists(Path.Combine(directory, FileName)))
            return;
        var listed = Read(directory);
        foreach (var (name, sum) in listed)
        {
            if (!File.Exists(Path.Combine(directory, name)))
                throw Damaged(directory, $"{name} is missing, which {FileName} lists with the SHA-256 {sum}");
            else if (Sum(directory, name) is var actual && actual != sum)
                throw Damaged(directory, $"{name} is damaged: its SHA-256 is {actual}, not {sum} as {FileName} says");
        }

        if (ModelPackage.FilesOf(directory).FirstOrDefault(name => !listed.ContainsKey(name)) is { } stray)
            throw Damaged(directory, $"{stray} is not in {FileName}, so it was put there later, or {FileName} is damaged");
    }

    private static Dictionary<string, string> Read(string directory)
    {
        var listed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (at, line) in Lines(directory).Index())
        {
            if (line.Length < Digits + 3 || line.AsSpan(0, Digits).ContainsAnyExcept(HexDigits) || line.AsSpan(Digits, 2) is not "  "
                || !IsPlain(line[(Digits + 2)..]) || !listed.TryAdd(line[(Digits + 2)..], line[..Digits]))
            {
                throw Damaged(directory, $"{FileName} is damaged: line {at + 1} is no checksum and name of a file");
            }
        }

        return listed;
    }

    private static string[] Lines(string directory)
    {
        try
        {
            var bytes = RegularFile.Bytes(Path.Combine(directory, FileName), MostBytes);
            if (bytes.Length == 0 || bytes[^1] != '\n')
                throw Damaged(directory, $"{FileName} is damaged: it has {bytes.Length} bytes and no whole last line");
            return Encoding.Latin1.GetString(bytes, 0, bytes.Length - 1).Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Damaged(directory, $"{FileName} cannot be read: {e.Message}", e);
        }
    }

    private static bool IsPlain(string name)
        => name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static string Sum(string directory, string name)
    {
        try
        {
            using var stream = RegularFile.Open(Path.Combine(directory, name));
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Damaged(directory, $"{name} cannot be read: {e.Message}", e);
        }
    }

    private static ModelPackageException Damaged(string directory, string what, Exception? inner = null)
        => new($"{directory}: {what.TrimEnd('.')}. {Advice}", inner);
}
