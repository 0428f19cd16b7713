using System.Buffers;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Model.SafeTensors;

namespace StreamBert.Model.Packages;

/// <summary><c>SHA256SUMS</c>: the checksums of all files of a package, in the format of <c>sha256sum</c>.</summary>
internal static class PackageChecksums
{
    public const string FileName = "SHA256SUMS";
    private const string Separator = "  ";
    private const int HashLength = 64, MaxBytes = 256 * 1024;
    private const string Advice =
        "Restore the package from a copy, or import it again; if you changed it on purpose, delete its SHA256SUMS, "
        + "or import it as another version.";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Writes the checksums of all files that exist.</summary>
    public static void Write(string directory)
    {
        var lines = PackageFiles.List(directory).Select(name => $"{ComputeHash(directory, name)}{Separator}{name}\n");
        File.WriteAllText(Path.Combine(directory, FileName), string.Concat(lines));
    }

    /// <summary>Returns the SHA-256 of the checksum file; null if there is none.</summary>
    public static string? ComputeFileHash(string directory) =>
        File.Exists(Path.Combine(directory, FileName)) ? ComputeHash(directory, FileName) : null;

    /// <summary>Verifies all files. A package without checksums, such as a published checkpoint, cannot be verified and passes.</summary>
    /// <exception cref="ModelPackageException">
    /// A file is damaged, missing or not listed, or the checksum file is damaged; the message names it.
    /// </exception>
    public static void Verify(string directory)
    {
        if (!File.Exists(Path.Combine(directory, FileName))) return;
        var expected = Read(directory);
        foreach (var (name, hash) in expected)
        {
            if (!File.Exists(Path.Combine(directory, name)))
                throw Damaged(directory, $"{name} is missing, which {FileName} lists with the SHA-256 {hash}");
            if (ComputeHash(directory, name) is var actual && actual != hash)
                throw Damaged(directory, $"{name} is damaged: its SHA-256 is {actual}, not {hash} as in {FileName}");
        }

        if (PackageFiles.List(directory).FirstOrDefault(name => !expected.ContainsKey(name)) is { } unlisted)
            throw Damaged(directory, $"{unlisted} is not in {FileName}: it was added later, or {FileName} is damaged");
    }

    private static Dictionary<string, string> Read(string directory)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, line) in ReadLines(directory).Index())
        {
            if (!TryParse(line, out var name, out var hash) || !hashes.TryAdd(name, hash))
                throw Damaged(directory, $"{FileName} is damaged: line {index + 1} is not a checksum and a file name");
        }

        return hashes;
    }

    private static bool TryParse(string line, out string name, out string hash)
    {
        (name, hash) = ("", "");
        const int nameStart = HashLength + 2;
        if (line.Length <= nameStart || line.AsSpan(0, HashLength).ContainsAnyExcept(HexDigits)) return false;
        if (line.AsSpan(HashLength, Separator.Length) is not Separator) return false;
        (name, hash) = (line[nameStart..], line[..HashLength]);
        return IsPlainName(name);
    }

    private static string[] ReadLines(string directory)
    {
        try
        {
            var bytes = RegularFile.Bytes(Path.Combine(directory, FileName), MaxBytes);
            if (bytes.Length == 0 || bytes[^1] != '\n')
                throw Damaged(directory, $"{FileName} is damaged: its {bytes.Length} bytes do not end with a complete line");
            return Encoding.Latin1.GetString(bytes, 0, bytes.Length - 1).Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Damaged(directory, $"{FileName} cannot be read: {e.Message}", e);
        }
    }

    private static bool IsPlainName(string name) =>
        name[0] != '.' && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    private static string ComputeHash(string directory, string name) =>
        FileHash.ComputeSha256(Path.Combine(directory, name), e => Damaged(directory, $"{name} cannot be read: {e.Message}", e));

    private static ModelPackageException Damaged(string directory, string problem, Exception? inner = null) =>
        new($"{directory}: {problem.TrimEnd('.')}. {Advice}", inner);
}
